#include "kavity/app/RunFolder.h"

#include "kavity/core/FileError.h"
#include "kavity/core/Parameters.h"
#include "kavity/io/Files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

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
// A path that cannot be a folder is a mistake of whoever gives it; one that is not to be written to
// may be tomorrow.
[[noreturn]] void refuse_folder(const std::string &path, const int reason)
{
  const std::string message = "Cannot write results to folder '" + path +
                              "': " + std::strerror(reason) +
                              ". Give a folder you may write to with --output DIR.";
  if (reason == ENOTDIR || reason == EEXIST || reason == ENAMETOOLONG || reason == ELOOP)
    throw InputError(message);
  throw FileError(message);
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

// A search takes more points into a table that is complete.
bool extensible(const std::string &command)
{
  return command == "critical-current" || command == "study";
}

// What calculations write.
const char *const written[] = {"result.json",
                               "history.csv",
                               "critical_current.csv",
                               "solution.pvd",
                               "interface.pvd",
                               "interface_final.csv",
                               "interface_final_2.csv",
                               "checkpoint",
                               "fields",
                               "figures",
                               "log.txt",
                               "parameters.prm",
                               "critical_current_parameters.txt",
                               "study.csv",
                               "sensitivity.csv",
                               "study_parameters.txt",
                               "rows",
                               "run_parameters.txt"};
} // namespace


RunFolder::RunFolder(std::string path)
  : path_(std::move(path))
{
}


RunFolder RunFolder::create(const std::string &command, const std::string &parameter_file,
                            const std::string &output, const bool resume)
{
  if (!output.empty())
    return open_explicit(command, output, resume);

  const std::string base = (fs::path("results") / fs::path(parameter_file).stem()).string();
  if (resume)
    return open_to_resume(command, base);
  for (unsigned int k = 1;; ++k)
  {
    RunFolder folder(numbered(base, k));
    if (!folder.state().free() || !folder.prepare(command))
      continue;
    if (k > 1)
      folder.remark_ = "'" + numbered(base, k - 1) + "' " +
                       RunFolder(numbered(base, k - 1)).kept(command) +
                       " and is kept; writing to '" + folder.path_ + "'.";
    return folder;
  }
}


std::string RunFolder::kept(const std::string &command) const
{
  const State now = state();
  if (now.finished)
    return "holds a finished calculation";
  if (now.busy)
    return "is being written by another calculation";
  if (!now.owner.empty() && now.owner != command)
    return "holds an unfinished 'kavity " + now.owner + "'";
  if (!now.owner.empty())
    return "holds an unfinished calculation (--resume goes on with it)";
  return "holds '" + now.occupied + "', which is not of a calculation";
}


RunFolder RunFolder::open_explicit(const std::string &command, const std::string &output,
                                   const bool resume)
{
  RunFolder folder(output);
  const State now         = resume ? folder.state_at_rest() : folder.state();
  const std::string other = "Give another folder with --output DIR";
  folder.require_own(now, command, resume);
  if (now.finished && resume && !extensible(command))
    return folder.remark_finished();
  if (now.finished && !resume)
    throw InputError("Folder '" + output +
                     "' holds a finished calculation (result.json) and is kept. " + other +
                     ", or remove this one first.");
  if (now.busy)
    throw InputError("Folder '" + output + "' is being written by another calculation. " + other +
                     ", or wait for it to end.");
  if (resume && now.owner.empty())
    throw InputError("Nothing to resume: folder '" + output +
                     (exists(output) ? "' holds no calculation" : "' does not exist") +
                     ". Start without --resume.");
  if (!resume && !now.free())
    throw InputError("Folder '" + output +
                     "' holds an unfinished calculation and is kept. Go on with it with --resume, "
                     "or give another folder with --output DIR.");
  if (!folder.prepare(command))
    throw InputError("Folder '" + output + "' is being written by another calculation. " + other +
                     ", or wait for it to end.");
  folder.resuming_ = resume;
  if (now.finished)
    folder.remark_ =
      "The calculation in '" + output + "' is finished; what is asked for in addition is done.";
  return folder;
}


void RunFolder::require_own(const State &now, const std::string &command, const bool resume) const
{
  const std::string other = " and is kept. Give another folder with --output DIR";
  if (!now.owner.empty() && now.owner != command)
    throw InputError("Folder '" + path_ + "' holds a calculation of 'kavity " + now.owner + "'" +
                     other + (resume ? ", or go on with 'kavity " + now.owner + "'." : "."));
  if (!now.occupied.empty() && now.owner.empty() && !now.finished && !now.busy)
    throw InputError("Folder '" + path_ + "' holds '" + now.occupied +
                     "', which is not of a calculation that could go on," + other + ".");
}


RunFolder RunFolder::share(const std::string &command, const std::string &output)
{
  using namespace std::chrono;
  RunFolder folder(output);
  State now    = folder.state();
  now.finished = now.busy = false; // by others that share it
  folder.require_own(now, command, true);
  const auto end = steady_clock::now() + seconds(10);
  while (!folder.prepare(command, true))
  {
    if (steady_clock::now() > end)
      throw InputError("Folder '" + output +
                       "' is being written by another calculation, which has it for itself. Give "
                       "another folder with --output DIR, or wait for it to end.");
    std::this_thread::sleep_for(milliseconds(50));
  }
  folder.resuming_ = true;
  return folder;
}


RunFolder RunFolder::open_to_resume(const std::string &command, const std::string &base)
{
  unsigned int last = 0;
  while (exists(numbered(base, last + 1)))
    ++last;
  std::string finished, busy;
  for (unsigned int k = last; k > 0; --k)
  {
    RunFolder folder(numbered(base, k));
    const State now = folder.state_at_rest();
    if (now.owner != command)
      continue;
    if (now.finished || now.busy)
    {
      std::string &found = now.finished ? finished : busy;
      found              = found.empty() ? folder.path_ : found;
      continue;
    }
    if (!folder.prepare(command))
      continue;
    folder.resuming_ = true;
    folder.remark_   = "Going on with the calculation in '" + folder.path_ + "'.";
    return folder;
  }
  if (!busy.empty())
    throw InputError("Nothing to resume: the calculation in '" + busy +
                     "' is still running. Start without --resume for a new one.");
  if (!finished.empty() && extensible(command))
    return open_explicit(command, finished, true);
  if (!finished.empty())
    return RunFolder(finished).remark_finished();
  throw InputError(
    "Nothing to resume: folder '" + base +
    (last == 0 ? "' does not exist" : "' holds no calculation of 'kavity " + command + "'") +
    ". Start without --resume, or name the folder with --output DIR.");
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


RunFolder::State RunFolder::state() const
{
  State now;
  std::error_code error;
  now.finished = finished();
  if (const int descriptor = ::open(lock_file().c_str(), O_RDONLY | O_CLOEXEC); descriptor >= 0)
  {
    now.busy = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    std::ifstream(lock_file()) >> now.owner;
  }
  for (const char *const name : written)
    if (exists(file(name)) && !fs::is_empty(file(name), error))
    {
      now.occupied = name;
      break;
    }
  return now;
}


std::string RunFolder::lock_file() const
{
  return file(".lock");
}


bool RunFolder::prepare(const std::string &command, const bool shared)
{
  std::error_code error;
  fs::create_directories(figures(), error);
  if (error)
    refuse_folder(path_, error.value());
  const int descriptor = ::open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    refuse_folder(path_, errno);
  lock_ = std::make_shared<Lock>(descriptor);
  // a file system without locks must not stop a calculation: only a held lock counts
  if (::flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 && errno == EWOULDBLOCK)
  {
    lock_.reset();
    return false;
  }
  const std::string owner = command + '\n';
  if (::pwrite(descriptor, owner.data(), owner.size(), 0) != static_cast<ssize_t>(owner.size()))
    refuse_folder(path_, errno);
  if (shared)
    return true; // what looks left over may be of another process
  const fs::path checkpoint = file("checkpoint");
  std::vector<std::string> names(std::begin(written), std::end(written));
  names.push_back("complete");
  for (const fs::path &folder : {fs::path(path_), checkpoint / "1", checkpoint / "2"})
    remove_temporaries(folder.string(), names);
  return true;
}


RunFolder::State RunFolder::state_at_rest() const
{
  using namespace std::chrono;
  const auto end = steady_clock::now() + seconds(10);
  State now      = state();
  while (now.busy && steady_clock::now() < end)
  {
    std::this_thread::sleep_for(milliseconds(50));
    now = state();
  }
  return now;
}


void RunFolder::write_parameters(const Parameters &parameters) const
{
  std::ostringstream text;
  parameters.print(text, "prm");
  write_file_atomically(file("parameters.prm"), text.str());
}
} // namespace kavity
