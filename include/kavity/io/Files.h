#ifndef kavity_io_files_h
#define kavity_io_files_h

#include <string>
#include <utility>
#include <vector>

namespace kavity
{
/// Between the name of a file that is being written and the number of the process.
inline const std::string temporary_mark = ".tmp-";

/**
 * Write a file so that a reader, or a restart after a kill, finds either the old or the new
 * content and never half of it: a temporary file in the same folder, synchronised, then renamed.
 *
 * @throws FileError naming the file and the reason of the system.
 */
void write_file_atomically(const std::string &path, const std::string &content);

/// Remove from a folder what a killed process has left of writing files of these names.
void remove_temporaries(const std::string &folder, const std::vector<std::string> &names);

/**
 * Wait until what is written to a file, or the entries of a folder, are on the disk.
 *
 * @throws FileError naming it and the reason of the system.
 */
void synchronise(const std::string &path);

/**
 * The whole content of a file.
 * @throws std::runtime_error when it cannot be read.
 */
std::string read_file(const std::string &path);

/**
 * The shortest decimal text that reads back as the same double.
 */
std::string exact_text(double value);

/**
 * A ParaView collection (`.pvd`): the series of files of one body over time. Written anew, and
 * atomically, with every entry, so it can be opened while the run goes on.
 */
class PvdFile
{
public:
  /// @param path of the `.pvd`; the entries are named relative to its folder
  /// @param entries those of entries() if the collection is to go on from there
  explicit PvdFile(std::string path, std::vector<std::string> entries = {});

  /// Add the file that holds the state at a time [s]; bodies shown together differ in @p part.
  void add(double time, const std::string &file, unsigned int part = 0);

  const std::string &path() const
  {
    return path_;
  }

  /// What the collection holds so far, for a checkpoint.
  const std::vector<std::string> &entries() const
  {
    return entries_;
  }

private:
  void write() const;

  std::string path_;
  std::vector<std::string> entries_; // lines of the file
};
} // namespace kavity

#endif
