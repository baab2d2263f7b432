#include "kavity/app/History.h"

#include "kavity/app/Files.h"
#include "kavity/core/Quantity.h"

#include <cmath>
#include <set>
#include <sstream>
#include <stdexcept>

namespace kavity
{
HistoryFile::HistoryFile(std::string path, std::vector<Column> columns)
  : path_(std::move(path))
  , columns_(std::move(columns))
{
  open(header());
}


HistoryFile::HistoryFile(std::string path, std::vector<Column> columns, const unsigned int n_rows)
  : path_(std::move(path))
  , columns_(std::move(columns))
{
  std::istringstream present(read_file(path_));
  std::string line, content;
  for (unsigned int k = 0; k <= n_rows; ++k)
  {
    if (!std::getline(present, line) || present.eof())
      throw std::runtime_error("'" + path_ + "' has lost rows: " + std::to_string(n_rows) +
                               " belong to the checkpoint");
    content += line + '\n';
    if (k == 0 && content != header())
      throw std::runtime_error("'" + path_ + "' has other columns than this run");
  }
  open(content);
}


std::string HistoryFile::header() const
{
  std::set<std::string> seen;
  std::string header;
  for (const Column &column : columns_)
  {
    if (!seen.insert(column.name).second)
      throw std::runtime_error("Column '" + column.name + "' appears twice in '" + path_ + "'");
    from_si(0., column.unit); // an unknown unit is refused here, not in the first row
    header += (header.empty() ? "" : ",") + column.name + " [" + column.unit + ']';
  }
  return header + '\n';
}


void HistoryFile::open(const std::string &content)
{
  write_file_atomically(path_, content);
  file_.open(path_, std::ios::app);
  if (!file_)
    throw std::runtime_error("Cannot write '" + path_ + "'");
}


void HistoryFile::add_row(const std::vector<double> &values)
{
  if (values.size() != columns_.size())
    throw std::runtime_error("A row of '" + path_ + "' has " + std::to_string(values.size()) +
                             " values for " + std::to_string(columns_.size()) + " columns");
  std::string row;
  for (std::size_t k = 0; k < values.size(); ++k)
  {
    const double value = from_si(values[k], columns_[k].unit);
    row += k == 0 ? "" : ",";
    if (std::isnan(value) && columns_[k].may_be_missing)
      continue;
    if (!std::isfinite(value))
      throw std::runtime_error("Column '" + columns_[k].name + "' of '" + path_ +
                               "' is not a finite number (" + exact_text(values[k]) + ")");
    row += exact_text(value);
  }
  file_ << row << '\n' << std::flush;
  if (!file_)
    throw std::runtime_error("Cannot write a row of '" + path_ + "'; is the disk full?");
}


void HistoryFile::add_named_row(const std::map<std::string, double> &values)
{
  std::vector<double> row;
  row.reserve(columns_.size());
  for (const Column &column : columns_)
  {
    const auto value = values.find(column.name);
    if (value == values.end())
      throw std::runtime_error("Column '" + column.name + "' of '" + path_ + "' has no value");
    row.push_back(value->second);
  }
  add_row(row);
}
} // namespace kavity
