#include "kavity/core/InputFiles.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace kavity
{
namespace fs = std::filesystem;

std::string read_input(const std::string &path, const std::size_t most)
{
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw std::runtime_error("it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error(errno == ENOENT ?
                               "it does not exist" :
                               std::string("it cannot be opened (") + std::strerror(errno) + ")");
  std::string content;
  std::vector<char> part(1 << 16);
  while (file && content.size() <= most)
  {
    file.read(part.data(), part.size());
    content.append(part.data(), file.gcount());
  }
  if (file.bad())
    throw std::runtime_error("an error occurred in reading it");
  if (content.size() > most)
    throw std::runtime_error("it is larger than " + std::to_string(most >> 20) + " MB");
  return content;
}


std::string plain_text(const std::string &content)
{
  const auto begins = [&content](const std::string &mark)
  { return content.compare(0, mark.size(), mark) == 0; };
  if (begins("\xFF\xFE") || begins("\xFE\xFF"))
    throw std::runtime_error("it is UTF-16; save it as UTF-8");
  if (content.find('\0') != std::string::npos)
    throw std::runtime_error("it is no plain text, or UTF-16; save it as text in UTF-8");
  std::string text;
  text.reserve(content.size());
  for (std::size_t i = begins("\xEF\xBB\xBF") ? 3 : 0; i < content.size(); ++i)
    if (content[i] != '\r')
      text += content[i];
    else if (i + 1 == content.size() || content[i + 1] != '\n')
      text += '\n';
  return text;
}


std::vector<std::string> data_folders(const std::string &name)
{
  std::vector<std::string> folders;
  std::string variable = "KAVITY_" + name;
  std::transform(variable.begin(), variable.end(), variable.begin(),
                 [](const unsigned char c) { return std::toupper(c); });
  if (const char *const folder = std::getenv(variable.c_str()); folder != nullptr && *folder)
    folders.emplace_back(folder);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error)
    folders.push_back((program.parent_path() / KAVITY_DATA / name).lexically_normal().string());
  folders.push_back((fs::path(KAVITY_SOURCE) / name).string());
  return folders;
}
} // namespace kavity
