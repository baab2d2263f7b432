#include "GreyImage.h"

#include <png.h>

#include <stdexcept>

namespace kavity
{
GreyImage read_png(const std::string &path)
{
  png_image png = {};
  png.version   = PNG_IMAGE_VERSION;
  GreyImage image;
  if (png_image_begin_read_from_file(&png, path.c_str()))
  {
    png.format   = PNG_FORMAT_GRAY;
    image.width  = png.width;
    image.height = png.height;
    image.values.resize(PNG_IMAGE_SIZE(png));
    png_image_finish_read(&png, nullptr, image.values.data(), 0, nullptr);
  }
  const bool failed        = PNG_IMAGE_FAILED(png);
  const std::string reason = png.message;
  png_image_free(&png);
  if (failed)
    throw std::runtime_error("'" + path + "' cannot be read as a PNG image: " + reason);
  return image;
}
} // namespace kavity
