#include "kavity/app/Command.h"

#include <iostream>

namespace kavity
{
namespace
{
const RegisteredCommand registered("count-files", "FILE...", "say how many files there are", {},
                                   [](const Options &options)
                                   {
                                     std::cout << options.files.size() << '\n';
                                     return 0;
                                   });
} // namespace
} // namespace kavity
