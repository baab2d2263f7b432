#include "GreyImage.h"

#include <png.h>

#include <cmath>
#include <csetjmp>
#include <cstring>
#include <stdexcept>

namespace kavity
{
namespace
{
// More do not fit into memory with what is made of them.
constexpr double most_pixels = 1e8;

// What libpng hands back from within; only plain data, for it returns by longjmp.
struct Reading
{
  const char *next, *end;
  char error[200];
};

void take_bytes(const png_structp png, const png_bytep to, const std::size_t size)
{
  auto &reading = *static_cast<Reading *>(png_get_io_ptr(png));
  if (static_cast<std::size_t>(reading.end - reading.next) < size)
    png_error(png, "it ends too early");
  std::memcpy(to, reading.next, size);
  reading.next += size;
}

void fail(const png_structp png, const png_const_charp message)
{
  auto &reading = *static_cast<Reading *>(png_get_error_ptr(png));
  std::strncpy(reading.error, message, sizeof reading.error - 1);
  std::longjmp(png_jmpbuf(png), 1);
}

void ignore(png_structp, png_const_charp) {}

// Samples of 16 bits, high byte first, as many for a pixel as there are channels.
struct Samples
{
  unsigned int width = 0, height = 0, channels = 0;
  std::vector<png_byte> bytes;
  std::vector<png_bytep> rows;
};

// Every kind of PNG as grey or colour, with or without opacity, of 16 bits. Nothing here needs a
// destructor, since errors jump to the caller.
void read_header(const png_structp png, const png_infop info, Samples &samples)
{
  png_read_info(png, info);
  png_set_expand_16(png); // palettes, few bits and transparent colours as well
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  samples.width    = png_get_image_width(png, info);
  samples.height   = png_get_image_height(png, info);
  samples.channels = png_get_channels(png, info);
  if (static_cast<double>(samples.width) * samples.height > most_pixels)
    png_error(png, "it has more than 100 million pixels");
}

void read_samples(const png_structp png, const png_infop info, Samples &samples)
{
  if (setjmp(png_jmpbuf(png)) != 0)
    return;
  read_header(png, info, samples);
  const std::size_t row = png_get_rowbytes(png, info);
  samples.bytes.resize(row * samples.height);
  samples.rows.resize(samples.height);
  for (unsigned int r = 0; r < samples.height; ++r)
    samples.rows[r] = samples.bytes.data() + r * row;
  png_read_image(png, samples.rows.data());
  png_read_end(png, nullptr);
}

double luminance(const double red, const double green, const double blue)
{
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
} // namespace


GreyImage read_png(const std::string &name, const std::string &content)
{
  Reading reading = {content.data(), content.data() + content.size(), ""};
  Samples samples;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, fail, ignore);
  png_infop info  = png == nullptr ? nullptr : png_create_info_struct(png);
  if (info == nullptr)
    throw std::bad_alloc();
  png_set_read_fn(png, &reading, take_bytes);
  read_samples(png, info, samples);
  png_destroy_read_struct(&png, &info, nullptr);
  if (reading.error[0] != '\0')
    throw std::runtime_error("'" + name + "' cannot be read as a PNG image: " + reading.error);

  GreyImage image;
  image.width  = samples.width;
  image.height = samples.height;
  image.values.reserve(static_cast<std::size_t>(image.width) * image.height);
  const unsigned int n_colours = samples.channels < 3 ? 1 : 3;
  for (std::size_t at = 0; at < samples.bytes.size(); at += 2 * samples.channels)
  {
    const auto sample = [&](const unsigned int channel)
    { return 256 * samples.bytes[at + 2 * channel] + samples.bytes[at + 2 * channel + 1]; };
    if (samples.channels > n_colours && sample(n_colours) != 65535)
      throw std::runtime_error("'" + name + "' has transparent pixels, whose grey is not known; " +
                               "save it without transparency");
    image.values.push_back(
      n_colours == 1 ? sample(0) : std::lround(luminance(sample(0), sample(1), sample(2))));
  }
  return image;
}
} // namespace kavity
