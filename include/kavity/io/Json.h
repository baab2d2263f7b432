#ifndef kavity_io_json_h
#define kavity_io_json_h

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace kavity
{
/**
 * A JSON object that keeps the order of its members and writes numbers as numbers that read back
 * exactly. For results; reading is the business of Parameters.
 */
class Json
{
public:
  /// Set a member; a key given again is replaced. @throws std::runtime_error for NaN or infinity
  Json &set(const std::string &key, double value);
  Json &set(const std::string &key, bool value);
  Json &set(const std::string &key, const char *value);
  Json &set(const std::string &key, const std::string &value);
  Json &set(const std::string &key, const Json &value);
  Json &set(const std::string &key, const std::vector<double> &values);
  Json &set(const std::string &key, const std::vector<std::string> &values);
  Json &set(const std::string &key, const std::vector<Json> &values);

  template <class Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  Json &set(const std::string &key, const Integer value)
  {
    return put({key, std::to_string(value), {}, false});
  }

  /// The text, indented by two spaces per level, without a final newline.
  std::string text(unsigned int level = 0) const;

  /// Write the text to a file, atomically.
  void write(const std::string &path) const;

private:
  struct Member
  {
    std::string key;
    std::string text; ///< a finished scalar or array of scalars; empty for objects
    std::vector<Json> objects;
    bool is_array = false; ///< of the objects
  };

  Json &put(Member member);

  std::vector<Member> members_;
};
} // namespace kavity

#endif
