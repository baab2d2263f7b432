#ifndef kavity_tests_unit_temporary_folder_h
#define kavity_tests_unit_temporary_folder_h

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

/// A folder of its own for a test, the working directory while it lives, removed at the end.
class TemporaryFolder
{
public:
  TemporaryFolder()
    : before_(std::filesystem::current_path())
  {
    std::string name = (std::filesystem::temp_directory_path() / "kavity-test-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw std::runtime_error("no temporary folder");
    path_ = name;
    std::filesystem::current_path(path_);
  }

  ~TemporaryFolder()
  {
    std::error_code error;
    std::filesystem::current_path(before_, error);
    std::filesystem::remove_all(path_, error);
  }

  TemporaryFolder(const TemporaryFolder &)            = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  std::string operator/(const std::string &name) const
  {
    return (path_ / name).string();
  }

private:
  std::filesystem::path before_, path_;
};

#endif
