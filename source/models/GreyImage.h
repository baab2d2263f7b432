#ifndef kavity_models_GreyImage_h
#define kavity_models_GreyImage_h

#include <cstdint>
#include <string>
#include <vector>

namespace kavity
{
/// Grey values, 255 white, row by row from the top.
struct GreyImage
{
  unsigned int width = 0, height = 0; ///< pixels
  std::vector<std::uint8_t> values;
};

/// Reads a PNG file of any kind; colours become their luminance, what is transparent black. Throws
/// std::runtime_error with the name and what is wrong with it.
GreyImage read_png(const std::string &path);
} // namespace kavity

#endif
