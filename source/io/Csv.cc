#include "kavity/io/Csv.h"

#include "kavity/core/ParameterTree.h"

#include <sstream>
#include <stdexcept>

namespace kavity
{
CsvTable CsvTable::from_text(const std::string &text)
{
  CsvTable table;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line) && !lines.eof())
  {
    const auto fields = split_csv(line);
    if (table.head.empty())
      table.head = fields;
    else if (fields.size() == table.head.size())
      table.rows.push_back(fields);
  }
  return table;
}


std::size_t CsvTable::column(const std::string &name) const
{
  for (std::size_t k = 0; k < head.size(); ++k)
    if (head[k] == name || head[k].substr(0, head[k].rfind(" [")) == name)
      return k;
  throw std::runtime_error("the table has no column '" + name + "'");
}


std::vector<std::string> split_csv(const std::string &line)
{
  std::vector<std::string> fields(1);
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '"' && inside && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[i++];
    else if (line[i] == '"')
      inside = !inside;
    else if (line[i] == ',' && !inside)
      fields.emplace_back();
    else
      fields.back() += line[i];
  if (inside)
    fields.clear();
  return fields;
}


std::string csv_field(const std::string &text)
{
  std::string result = "\"";
  for (const char c : trimmed(text))
    result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}
} // namespace kavity
