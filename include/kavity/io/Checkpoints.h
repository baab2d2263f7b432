#ifndef kavity_io_Checkpoints_h
#define kavity_io_Checkpoints_h

#include <string>

namespace kavity
{
/**
 * The checkpoints of a run: two generations in folders `1` and `2`, written in turn, so that one
 * is whole while the other is written. A generation counts once its file `complete` is there,
 * written last, and only while every file has the size and checksum listed in it. To be used on
 * one rank.
 */
class Checkpoints
{
public:
  /// @param path of the folder of both; need not exist
  explicit Checkpoints(std::string path);

  /// Folder of the newest whole generation, empty if none was completed.
  /// @throws InputError where ones were that are not whole any more
  std::string newest();

  /// A sentence for the user when newest() has met a generation that is not whole, else empty.
  const std::string &remark() const
  {
    return remark_;
  }

  /// Empty folder for the next generation: the other one than the newest.
  std::string begin();

  /// All files in the folder given by begin() are written: puts them on the disk and makes them
  /// the newest generation. @throws FileError or filesystem_error when the disk refuses.
  void complete(unsigned int step);

  /// Removes both.
  void remove();

private:
  std::string generation(unsigned int number) const;

  std::string path_, remark_;
  unsigned int last    = 0; ///< newest whole generation; 0: none
  unsigned int current = 0; ///< the one that is written
};
} // namespace kavity

#endif
