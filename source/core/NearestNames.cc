#include <algorithm>
#include <cctype>
#include <numeric>
#include <sstream>

#include "kavity/core/ParameterTree.h"

namespace kavity
{
namespace
{
// Nothing is as long.
constexpr std::size_t longest_name = 200;

// Edits from one name to the other, a change of letter case counting half.
double distance(const std::string &a, const std::string &b)
{
  const auto lower = [](const char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<double> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0.);
  for (std::size_t i = 1; i <= a.size(); ++i)
  {
    double diagonal = row[0];
    row[0]          = i;
    for (std::size_t j = 1; j <= b.size(); ++j)
    {
      const double change = a[i - 1] == b[j - 1]               ? 0. :
                            lower(a[i - 1]) == lower(b[j - 1]) ? 0.5 :
                                                                 1.;
      const double best   = std::min({row[j] + 1, row[j - 1] + 1, diagonal + change});
      diagonal            = row[j];
      row[j]              = best;
    }
  }
  return row.back();
}

bool part_of_the_other(const std::string &a, const std::string &b)
{
  const auto lower = [](std::string text)
  {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](const unsigned char c) { return std::tolower(c); });
    return text;
  };
  return std::min(a.size(), b.size()) >= 4 && (lower(a).find(lower(b)) != std::string::npos ||
                                               lower(b).find(lower(a)) != std::string::npos);
}
// "Preasure" of "Stack pressure".
bool close_to_a_word(const std::string &name, const std::string &candidate)
{
  std::istringstream words(candidate);
  for (std::string word; words >> word;)
    if (word.size() >= 4 && distance(name, word) <= 0.3 * word.size())
      return true;
  return false;
}
} // namespace


std::vector<std::string> nearest_names(const std::string &name,
                                       const std::vector<std::string> &names)
{
  if (name.size() > longest_name)
    return {};
  std::vector<std::pair<double, std::string>> similar;
  for (const std::string &candidate : names)
  {
    const double edits = distance(name, candidate);
    const double limit = std::max(1., 0.4 * std::max(name.size(), candidate.size()));
    if (edits <= limit || part_of_the_other(name, candidate) || close_to_a_word(name, candidate))
      similar.emplace_back(edits, candidate);
  }
  std::sort(similar.begin(), similar.end());
  std::vector<std::string> nearest;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, similar.size()); ++i)
    nearest.push_back(similar[i].second);
  return nearest;
}
} // namespace kavity
