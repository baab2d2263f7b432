#ifndef kavity_io_history_h
#define kavity_io_history_h

#include <map>
#include <string>
#include <vector>

namespace kavity
{
/**
 * One column of a table: a name in lower_snake_case and the unit people read it in ("1" for a
 * plain number). Values are handed over in SI and converted on writing.
 */
struct Column
{
  std::string name;
  std::string unit;
  bool may_be_missing = false; ///< a value may be NaN, and is then an empty field
};

/**
 * The table of a run over time, `history.csv`: a header `time [s],voltage [mV],...`, then one row
 * per accepted step, complete on disk when `add_row` returns. Numbers read back exactly.
 */
class HistoryFile
{
public:
  /// @throws FileError when the file cannot be written; std::runtime_error when a column appears
  /// twice or the unit of a column is unknown
  HistoryFile(std::string path, std::vector<Column> columns);

  /// The table of a run that goes on: of the file as it is, the first @p n_rows rows stay.
  /// @throws InputError also when the file is gone, or not as a run of this program left it
  HistoryFile(std::string path, std::vector<Column> columns, unsigned int n_rows);

  /**
   * Append a row of values in SI, in the order of the columns. If that fails nothing is written.
   * @throws std::runtime_error naming the column whose value is NaN (unless it may be missing) or
   * infinite; FileError when the disk refuses the row or the file is gone
   */
  void add_row(const std::vector<double> &values);

  /**
   * The same with values by name; every column must be there, further names are ignored.
   */
  void add_named_row(const std::map<std::string, double> &values);

  const std::vector<Column> &columns() const
  {
    return columns_;
  }

  const std::string &path() const
  {
    return path_;
  }

private:
  std::string header() const;

  std::string path_;
  std::vector<Column> columns_;
};
} // namespace kavity

#endif
