#ifndef kavity_app_run_folder_h
#define kavity_app_run_folder_h

#include <functional>
#include <memory>
#include <string>

namespace kavity
{
class Parameters;

/**
 * The folder that holds everything one calculation of one command writes. A folder with a
 * `result.json` is finished and is never written to again; one that another process is writing to,
 * that holds an unfinished calculation, or files of the names below that are not of a calculation,
 * is left alone as well. The file `.lock` holds the command, and whose process wrote it last.
 *
 *     solution.pvd  interface.pvd  history.csv  critical_current.csv  study.csv  rows/
 *     result.json   parameters.prm  log.txt     figures/  fields/  checkpoint/
 */
class RunFolder
{
public:
  /** Is told what is waited for, a sentence. */
  using Tell = std::function<void(const std::string &)>;

  /**
   * Choose, make and lock the folder for "run", "critical-current" or "study". To be called on one
   * rank; the others are told `path()`.
   *
   * Without @p output the folder is `results/<name of the parameter file>`, and if that one is to
   * be left alone, the same with -2, -3, ... (`remark()` says so).
   *
   * @param resume go on in the latest unfinished folder instead; if there is only a finished one,
   * that is returned, with a remark, for a search to go on with all the same
   * @param tell of a folder that is to be resumed while another process writes to it: it is waited
   * for, for a moment
   * @throws InputError when @p output is to be left alone or cannot be a folder, or when there is
   * nothing to resume, FileError when it cannot be written to; the message names the remedy.
   */
  static RunFolder create(const std::string &command, const std::string &parameter_file,
                          const std::string &output = "", bool resume = false,
                          const Tell &tell = {});

  /**
   * The folder of a calculation that several processes share. It need not be there; a process that
   * has it for itself alone is waited for, for a moment.
   * @throws InputError when it is of something else, FileError when it cannot be written to
   */
  static RunFolder share(const std::string &command, const std::string &output,
                         const Tell &tell = {});

  /// The folder at a path that another rank has made.
  explicit RunFolder(std::string path);

  const std::string &path() const
  {
    return path_;
  }

  /// Path of a file of the folder.
  std::string file(const std::string &name) const;

  /// Path of `log.txt`.
  std::string log_file() const;

  /// How what was stopped because files cannot be written goes on, where @p option does so: "goes
  /// on with --resume once files can be written again", or only where the folder is back.
  std::string way_on(const std::string &option = "--resume") const;
  /// Path of `figures`.
  std::string figures() const;

  /// Whether `result.json` is there.
  bool finished() const;

  /// Command whose calculation has begun here, as its lock file, or what it began with, says;
  /// empty: none.
  std::string owner() const;

  /// Whether the files found here belong to this calculation and are to be continued.
  bool resuming() const
  {
    return resuming_;
  }

  /// A sentence for the user when the folder is not the expected one, else empty.
  const std::string &remark() const
  {
    return remark_;
  }

  /// Write the resolved parameters, readable as an input again, to `parameters.prm`.
  void write_parameters(const Parameters &parameters) const;

private:
  /// An advisory lock that ends with the process, even a killed one.
  class Lock;
  class Patience;

  /// What is found at the path.
  struct State
  {
    std::string owner;    ///< command whose calculation is there; empty: none
    std::string occupied; ///< one of the names above that is there; empty: none
    std::string writer;   ///< process that writes to it now, as far as that is known
    bool finished = false, busy = false;

    bool free() const
    {
      return !finished && !busy && occupied.empty();
    }
    /// End of a sentence about a folder that is busy.
    std::string written_by() const;
  };
  State state() const;
  /// The same for who wants to go on: ranks of a killed mpirun end a moment after it, and are
  /// waited for, and so is anything else of the command for a moment.
  State state_at_rest(const std::string &command, const Tell &) const;
  /// @throws InputError where it holds something else than calculations of a command
  void require_own(const State &, const std::string &command, bool resume) const;
  /// Why the folder is left alone, as the end of a sentence.
  std::string kept(const std::string &command) const;

  static RunFolder open_explicit(const std::string &command, const std::string &output, bool resume,
                                 const Tell &);
  static RunFolder open_to_resume(const std::string &command, const std::string &base,
                                  const Tell &);
  RunFolder remark_finished();

  /// Make the folder, prove that it can be written to, lock it for the command; false when another
  /// run has it.
  bool prepare(const std::string &command, bool shared = false);
  std::string lock_file() const;

  std::string path_;
  std::string remark_;
  bool resuming_ = false;
  std::shared_ptr<Lock> lock_;
};
} // namespace kavity

#endif
