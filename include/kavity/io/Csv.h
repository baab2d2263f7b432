#ifndef kavity_io_csv_h
#define kavity_io_csv_h

#include <string>
#include <vector>

namespace kavity
{
/// A table of this program as text: a head of names, most with a unit, `voltage [V]`, and rows.
struct CsvTable
{
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;

  /// Of a text; rows that are not whole, as a killed process leaves them, are left out.
  static CsvTable from_text(const std::string &text);

  /// Number of the column of a name, given without its unit.
  /// @throws std::runtime_error if there is none
  std::size_t column(const std::string &name) const;
};

/// The fields of a line, without their quotes; none where a quote is not closed.
std::vector<std::string> split_csv(const std::string &line);

/// A text as a field: in quotes, in one line.
std::string csv_field(const std::string &text);
} // namespace kavity

#endif
