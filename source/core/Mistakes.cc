#include "kavity/core/Mistakes.h"

#include "kavity/core/ParameterTree.h"

#include <algorithm>
#include <utility>

namespace kavity
{
Mistakes::Mistakes(std::vector<std::string> each)
  : std::runtime_error(join(each, "; "))
  , each(std::move(each))
{
}


void MistakeList::raise() const
{
  if (each.size() > 1)
    throw Mistakes(each);
  if (last)
    std::rethrow_exception(last);
}


void MistakeList::keep(const std::exception &error)
{
  for (const std::string &message : messages_of(error))
    if (std::find(each.begin(), each.end(), message) == each.end())
      each.push_back(message);
}


std::vector<std::string> messages_of(const std::exception &error)
{
  const auto *several = dynamic_cast<const Mistakes *>(&error);
  return several != nullptr ? several->each : std::vector<std::string>{error.what()};
}
} // namespace kavity
