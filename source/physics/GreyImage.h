#ifndef kavity_physics_GreyImage_h
#define kavity_physics_GreyImage_h

#include <cstdint>
#include <string>
#include <vector>

namespace kavity
{
/// Grey values, 65535 white, row by row from the top.
struct GreyImage
{
  unsigned int width = 0, height = 0; ///< pixels
  std::vector<std::uint16_t> values;
};

/// Reads the @p content of a PNG file called @p name. Values are those stored in the file, as parts
/// of the largest of its bit depth, whatever it says about their display (gamma); colours become
/// their luminance (0.2126 R + 0.7152 G + 0.0722 B). Throws std::runtime_error with the name and
/// what is wrong with it, also where a pixel is transparent: what shows there is not in the file.
GreyImage read_png(const std::string &name, const std::string &content);
} // namespace kavity

#endif
