#ifndef kavity_app_StudyWorker_h
#define kavity_app_StudyWorker_h

#include <memory>
#include <string>
#include <vector>

namespace kavity
{
/**
 * This program once more, as a process of its own: what goes wrong there, a crash or want of
 * memory, ends nothing else. It gets the environment that this process was started with, without
 * what MPI has added since, one thread, and SIGTERM when this process ends in whatever way.
 */
class StudyWorker
{
public:
  /** Starts it; what it prints is lost, and its errors go to a file.
   * @throws std::runtime_error if that is not possible */
  StudyWorker(const std::vector<std::string> &arguments, const std::string &error_file);

  /** Tells one that still runs to stop, and waits for it. */
  ~StudyWorker();

  StudyWorker(const StudyWorker &)            = delete;
  StudyWorker &operator=(const StudyWorker &) = delete;

  bool running();

  /** Tells it to stop at its next opportunity. */
  void stop();

  /** Once it has ended: its exit code, or the signal that ended it, negative. */
  int code() const;

private:
  class Process;
  std::unique_ptr<Process> process;
};
} // namespace kavity

#endif
