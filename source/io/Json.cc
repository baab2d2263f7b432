#include "kavity/io/Json.h"

#include "kavity/io/Files.h"

#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace kavity
{
namespace
{
std::string quoted(const std::string &text)
{
  std::string result = "\"";
  for (const char c : text)
    if (c == '"' || c == '\\')
    {
      result += '\\';
      result += c;
    }
    else if (static_cast<unsigned char>(c) < 0x20)
    {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned int>(c));
      result += escape;
    }
    else
      result += c;
  return result + '"';
}

std::string number(const std::string &key, const double value)
{
  if (!std::isfinite(value))
    throw std::runtime_error("Result '" + key + "' is not a finite number (" + exact_text(value) +
                             ")");
  return exact_text(value);
}

template <class Value, class Text>
std::string array(const std::vector<Value> &values, const Text &text_of)
{
  std::string text;
  for (const Value &value : values)
    text += (text.empty() ? "" : ", ") + text_of(value);
  return '[' + text + ']';
}
} // namespace


Json &Json::put(Member member)
{
  for (Member &old : members_)
    if (old.key == member.key)
    {
      old = std::move(member);
      return *this;
    }
  members_.push_back(std::move(member));
  return *this;
}


Json &Json::set(const std::string &key, const double value)
{
  return put({key, number(key, value), {}, false});
}


Json &Json::set(const std::string &key, const bool value)
{
  return put({key, value ? "true" : "false", {}, false});
}


Json &Json::set(const std::string &key, const char *value)
{
  return set(key, std::string(value));
}


Json &Json::set(const std::string &key, const std::string &value)
{
  return put({key, quoted(value), {}, false});
}


Json &Json::set(const std::string &key, const Json &value)
{
  return put({key, "", {value}, false});
}


Json &Json::set(const std::string &key, const std::vector<double> &values)
{
  return put({key, array(values, [&](const double v) { return number(key, v); }), {}, false});
}


Json &Json::set(const std::string &key, const std::vector<std::string> &values)
{
  return put({key, array(values, quoted), {}, false});
}


Json &Json::set(const std::string &key, const std::vector<Json> &values)
{
  return put({key, values.empty() ? "[]" : "", values, true});
}


std::string Json::text(const unsigned int level) const
{
  if (members_.empty())
    return "{}";
  const std::string indent(2 * level + 2, ' ');
  std::string result = "{";
  for (const Member &member : members_)
  {
    result += (result.size() == 1 ? "\n" : ",\n") + indent + quoted(member.key) + ": ";
    if (!member.text.empty())
      result += member.text;
    else if (!member.is_array)
      result += member.objects.front().text(level + 1);
    else
    {
      std::string items;
      for (const Json &object : member.objects)
        items += (items.empty() ? "\n" : ",\n") + indent + "  " + object.text(level + 2);
      result += '[' + items + '\n' + indent + ']';
    }
  }
  return result + '\n' + std::string(2 * level, ' ') + '}';
}


void Json::write(const std::string &path) const
{
  write_file_atomically(path, text() + '\n');
}
} // namespace kavity
