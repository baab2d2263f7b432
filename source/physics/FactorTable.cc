#include "FactorTable.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "kavity/core/InputFiles.h"
#include "kavity/core/Quantity.h"

namespace kavity
{
namespace
{
using Factor = std::function<double(double, double)>;

struct Row
{
  double x = 0, z = 0, factor = 0;
};


std::vector<std::string> cells_of(const std::string &line)
{
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');)
  {
    const auto first = cell.find_first_not_of(" \t\r"), last = cell.find_last_not_of(" \t\r");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}


std::string text_of(const std::string &path, const std::string &content)
{
  try
  {
    return plain_text(content);
  }
  catch (const std::runtime_error &error)
  {
    throw std::runtime_error("'" + path + "' cannot be read: " + error.what());
  }
}


// x and z in metres. Throws std::runtime_error with file and line.
std::vector<Row> read_table(const std::string &path, const std::string &content,
                            const bool may_be_zero)
{
  std::istringstream file(text_of(path, content));
  std::string line, header;
  if (!std::getline(file, header))
    throw std::runtime_error("'" + path + "' is empty");
  const auto names = cells_of(header);
  const auto find  = [&names](const std::string &name)
  { return std::find(names.begin(), names.end(), name) - names.begin(); };
  const std::size_t x = find("x [um]"), z = find("z [um]"), factor = find("factor");
  if (x == names.size() || factor == names.size() || names.size() != 2 + (z < names.size()))
    throw std::runtime_error("'" + path + "': the columns must be x [um], z [um], factor (or " +
                             "without z [um]), but the first line is '" + header + "'");

  std::vector<Row> rows;
  for (unsigned int number = 2; std::getline(file, line); ++number)
  {
    if (line.find_first_not_of(" \t\r") == std::string::npos)
      continue;
    const std::string place = "'" + path + "', line " + std::to_string(number) + ": ";
    const auto cells        = cells_of(line);
    if (cells.size() != names.size())
      throw std::runtime_error(place + "expected " + std::to_string(names.size()) + " numbers");
    std::vector<double> values;
    for (const std::string &cell : cells)
      try
      {
        values.push_back(to_si(cell, "1"));
      }
      catch (const UnitError &error)
      {
        throw std::runtime_error(place + error.what());
      }
    rows.push_back({values[x] * 1e-6, z < names.size() ? values[z] * 1e-6 : 0., values[factor]});
    if (const double factor = rows.back().factor; !(factor > 0 || (may_be_zero && factor == 0)))
      throw std::runtime_error(place + "a factor must be " + (may_be_zero ? ">= 0" : "> 0"));
  }
  if (rows.empty())
    throw std::runtime_error("'" + path + "' has no rows");
  return rows;
}


Factor nearest_row(const std::vector<Row> &rows)
{
  return [rows](const double x, const double z)
  {
    const auto distance = [=](const Row &row) { return std::hypot(row.x - x, row.z - z); };
    return std::min_element(rows.begin(), rows.end(),
                            [&](const Row &a, const Row &b) { return distance(a) < distance(b); })
      ->factor;
  };
}


// The interval of the sorted axis around a place and the weight of its upper end; constant beyond.
std::pair<std::size_t, double> locate(const std::vector<double> &axis, const double place)
{
  if (axis.size() == 1 || place <= axis.front())
    return {0, 0.};
  const std::size_t upper = std::min<std::size_t>(
    std::upper_bound(axis.begin(), axis.end(), place) - axis.begin(), axis.size() - 1);
  const double low = axis[upper - 1];
  return {upper - 1, std::min(1., (place - low) / (axis[upper] - low))};
}


// Throws std::runtime_error if the places are no full grid.
Factor bilinear(std::vector<Row> rows)
{
  const auto sorted = [&rows](double Row::*coordinate)
  {
    std::vector<double> axis;
    for (const Row &row : rows)
      axis.push_back(row.*coordinate);
    std::sort(axis.begin(), axis.end());
    axis.erase(std::unique(axis.begin(), axis.end()), axis.end());
    return axis;
  };
  const auto xs = sorted(&Row::x), zs = sorted(&Row::z);
  std::sort(rows.begin(), rows.end(),
            [](const Row &a, const Row &b) { return a.z != b.z ? a.z < b.z : a.x < b.x; });
  bool grid = rows.size() == xs.size() * zs.size();
  std::vector<double> factors;
  for (std::size_t k = 0; k < rows.size() && grid; ++k)
  {
    grid = rows[k].x == xs[k % xs.size()] && rows[k].z == zs[k / xs.size()];
    factors.push_back(rows[k].factor);
  }
  if (!grid)
    throw std::runtime_error("the places are not one each of a grid in x and z; "
                             "use Interpolation = nearest");
  return [xs, zs, factors](const double x, const double z)
  {
    const auto [i, s] = locate(xs, x);
    const auto [j, t] = locate(zs, z);
    const auto at     = [&, n = xs.size()](const std::size_t k, const std::size_t l)
    { return factors[std::min(l, zs.size() - 1) * n + std::min(k, n - 1)]; };
    const std::size_t a = i, b = j;
    return (1 - t) * ((1 - s) * at(a, b) + s * at(a + 1, b)) +
           t * ((1 - s) * at(a, b + 1) + s * at(a + 1, b + 1));
  };
}
} // namespace


Factor factor_table(const std::string &name, const std::string &content, const bool nearest,
                    const bool may_be_zero)
{
  auto rows = read_table(name, content, may_be_zero);
  return nearest ? nearest_row(rows) : bilinear(std::move(rows));
}
} // namespace kavity
