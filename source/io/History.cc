#include "kavity/io/History.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"
#include "kavity/core/Quantity.h"
#include "kavity/io/Files.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <stdexcept>

namespace kavity
{
HistoryFile::HistoryFile(std::string path, std::vector<Column> columns)
  : path_(std::move(path))
  , columns_(std::move(columns))
{
  write_file_atomically(path_, header());
}


HistoryFile::HistoryFile(std::string path, std::vector<Column> columns, const unsigned int n_rows)
  : path_(std::move(path))
  , columns_(std::move(columns))
{
  const auto refuse = [this](const std::string &reason)
  {
    throw InputError("The run cannot go on with '" + path_ + "': " + reason +
                     ". Put it back as the run left it, or start a run of its own with "
                     "--output DIR.");
  };
  std::ifstream file(path_, std::ios::binary);
  if (!file)
    refuse("it is gone or cannot be read");
  std::string line, content;
  for (unsigned int k = 0; k <= n_rows; ++k)
  {
    if (!std::getline(file, line) || file.eof())
      refuse("it has lost rows, " + std::to_string(n_rows) + " belong to the checkpoint");
    content += line + '\n';
    if (line.find('\r') != std::string::npos)
      refuse("another program has saved it, with the line ends of Windows");
    if (k == 0 && content != header())
      refuse("it has other columns than this version of kavity writes");
    if (std::count(line.begin(), line.end(), ',') + 1 != static_cast<int>(columns_.size()))
      refuse("row " + std::to_string(k) + " is not as it was written");
  }
  write_file_atomically(path_, content);
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
  append_to_file(path_, row + '\n');
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
