#include "kavity/app/RunFolder.h"

#include "kavity/app/Files.h"
#include "kavity/core/Parameters.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

namespace kavity
{
namespace fs = std::filesystem;

class RunFolder::Lock
{
public:
  explicit Lock(const int file)
    : file_(file)
  {
  }
  Lock(const Lock &)            = delete;
  Lock &operator=(const Lock &) = delete;
  ~Lock()
  {
    ::close(file_);
  }

private:
  int file_;
};

namespace
{
[[noreturn]] void refuse_folder(const std::string &path, const std::string &reason)
{
  throw InputError("Cannot write results to folder '" + path + "': " + reason +
                   ". Give a folder you may write to with --output DIR.");
}

std::string numbered(const std::string &base, const unsigned int k)
{
  return k == 1 ? base : base + '-' + std::to_string(k);
}

bool exists(const std::string &path)
{
  std::error_code error;
  return fs::exists(path, error);
}
} // namespace


RunFolder::RunFolder(std::string path)
  : path_(std::move(path))
{
}


RunFolder RunFolder::create(const std::string &parameter_file, const std::string &output,
                            const bool resume)
{
  if (!output.empty())
    return open_explicit(output, resume);

  const std::string base = (fs::path("results") / fs::path(parameter_file).stem()).string();
  if (resume)
    return open_to_resume(base);
  for (unsigned int k = 1;; ++k)
  {
    RunFolder folder(numbered(base, k));
    const bool found = exists(folder.path_);
    if ((found && folder.finished()) || !folder.prepare())
      continue;
    if (k > 1)
      folder.remark_ = "'" + numbered(base, k - 1) +
                       "' holds a finished or running calculation and is kept; writing to '" +
                       folder.path_ + "'.";
    else if (found)
      folder.remark_ = "Replacing the unfinished calculation in '" + folder.path_ +
                       "' (--resume goes on with it).";
    return folder;
  }
}


RunFolder RunFolder::open_explicit(const std::string &output, const bool resume)
{
  RunFolder folder(output);
  const bool found = exists(output);
  if (found && folder.finished() && resume)
    return folder.remark_finished();
  if (found && folder.finished())
    throw InputError("Folder '" + output +
                     "' holds a finished calculation (result.json) and is kept. Give another "
                     "folder with --output DIR, or remove this one first.");
  if (resume && !found)
    throw InputError("Nothing to resume: folder '" + output +
                     "' does not exist. Start without --resume.");
  if (!folder.prepare())
    throw InputError("Folder '" + output +
                     "' is being written by another calculation. Give another folder with "
                     "--output DIR, or wait for it to end.");
  folder.resuming_ = resume;
  return folder;
}


RunFolder RunFolder::open_to_resume(const std::string &base)
{
  unsigned int last = 0;
  while (exists(numbered(base, last + 1)))
    ++last;
  for (unsigned int k = last; k > 0; --k)
  {
    RunFolder folder(numbered(base, k));
    if (folder.finished() || !folder.prepare())
      continue;
    folder.resuming_ = true;
    folder.remark_   = "Going on with the calculation in '" + folder.path_ + "'.";
    return folder;
  }
  if (RunFolder folder(numbered(base, last)); last > 0 && folder.finished())
    return folder.remark_finished();
  throw InputError(last == 0 ? "Nothing to resume: folder '" + base +
                                 "' does not exist. Start without --resume, or name the folder "
                                 "with --output DIR." :
                               "Nothing to resume: the calculation in '" + numbered(base, last) +
                                 "' is still running. Start without --resume for a new one.");
}


RunFolder RunFolder::remark_finished()
{
  remark_ = "The calculation in '" + path_ + "' is finished: there is nothing to go on with.";
  return *this;
}


std::string RunFolder::file(const std::string &name) const
{
  return (fs::path(path_) / name).string();
}


std::string RunFolder::log_file() const
{
  return file("log.txt");
}


std::string RunFolder::figures() const
{
  return file("figures");
}


bool RunFolder::finished() const
{
  return exists(file("result.json"));
}


bool RunFolder::prepare()
{
  std::error_code error;
  fs::create_directories(figures(), error);
  if (error)
    refuse_folder(path_, error.message());
  const int descriptor = ::open(file(".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    refuse_folder(path_, std::strerror(errno));
  lock_ = std::make_shared<Lock>(descriptor);
  // a file system without locks must not stop a calculation: only a held lock counts
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
  {
    lock_.reset();
    return false;
  }
  return true;
}


void RunFolder::write_parameters(const Parameters &parameters) const
{
  std::ostringstream text;
  parameters.print(text, "prm");
  write_file_atomically(file("parameters.prm"), text.str());
}
} // namespace kavity
