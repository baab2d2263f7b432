#include "VoidImage.h"

#define BOOST_ALLOW_DEPRECATED_HEADERS // Boost 1.74 warns of its own
#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "GreyImage.h"

namespace kavity
{
namespace
{
using Point = std::array<double, 3>; // x, y, z
using Index = std::array<int, 3>;

constexpr double white = 65535;

std::string pixels_of(const GreyImage &image, const std::string &file)
{
  return "'" + file + "' has " + std::to_string(image.width) + " x " +
         std::to_string(image.height) + " pixels";
}

// Grey values (0 to 1) in space, linear between the centres of pixels. Each side has one more layer
// of pixels: mirrored at planes of symmetry and at Gamma, metal elsewhere.
class GreyField
{
public:
  explicit GreyField(const VoidImage &image)
    : sides_are_mirrors_(image.as_wide_as_cell)
  {
    GreyImage first;
    for (std::size_t k = 0; k < image.files.size(); ++k)
    {
      const std::string &file = image.files[k];
      const GreyImage slice   = read_png(file, image.contents[k]);
      if (first.values.empty())
        first = slice;
      if (slice.width != first.width || slice.height != first.height)
        throw std::runtime_error(pixels_of(slice, file) + ", but " +
                                 pixels_of(first, image.files.front()));
      values_.insert(values_.end(), slice.values.begin(), slice.values.end());
    }
    size    = {static_cast<int>(first.width), static_cast<int>(first.height),
               static_cast<int>(image.files.size())};
    spacing = {image.width / size[0], image.height / size[1], image.depth / size[2]};
    check(image);
  }

  // The same in every section: no surface lies across z.
  bool flat() const
  {
    return size[2] == 1;
  }

  double pixel(const Index &at) const
  {
    if (at[1] >= size[1] || (at[0] >= size[0] && !sides_are_mirrors_))
      return 1.;
    const auto inside = [&](const unsigned int axis)
    { return std::clamp(at[axis], 0, size[axis] - 1); };
    // rows are counted from the top
    const std::size_t row = static_cast<std::size_t>(inside(2)) * size[1] + size[1] - 1 - inside(1);
    return values_[row * size[0] + inside(0)] / white;
  }

  Point centre(const Index &at) const
  {
    return {(at[0] + 0.5) * spacing[0], (at[1] + 0.5) * spacing[1], (at[2] + 0.5) * spacing[2]};
  }

  double operator()(const Point &x) const
  {
    Index low;
    Point part;
    for (unsigned int axis = 0; axis < 3; ++axis)
    {
      const bool constant = axis == 2 && flat();
      const double at =
        constant ? 0. : std::clamp(x[axis] / spacing[axis] - 0.5, -1., double(size[axis]));
      low[axis]  = std::min(static_cast<int>(std::floor(at)), size[axis] - 1);
      part[axis] = at - low[axis];
    }
    double result = 0;
    for (unsigned int corner = 0; corner < 8; ++corner)
    {
      Index at      = low;
      double weight = 1;
      for (unsigned int axis = 0; axis < 3; ++axis)
      {
        const bool high = corner >> axis & 1;
        at[axis] += high;
        weight *= high ? part[axis] : 1 - part[axis];
      }
      if (weight > 0)
        result += weight * pixel(at);
    }
    return result;
  }

  Index size;
  Point spacing;

private:
  void check(const VoidImage &image) const
  {
    const auto [darkest, brightest] = std::minmax_element(values_.begin(), values_.end());
    const std::string name = "'" + image.files.front() + (flat() ? "'" : "' and the other slices") +
                             (flat() ? " has" : " have");
    if (*darkest / white >= image.threshold)
      throw std::runtime_error(name + " no void: no pixel is darker than the threshold");
    if (*brightest / white < image.threshold)
      throw std::runtime_error(name + " no metal: every pixel is darker than the threshold");
  }

  bool sides_are_mirrors_;
  std::vector<std::uint16_t> values_;
};

// Points where a line between neighbouring pixels crosses the surface, each standing for the plane
// through it as far as half way to the next.
class ImageSurface
{
public:
  explicit ImageSurface(const VoidImage &image)
    : grey_(image)
    , threshold_(image.threshold)
  {
    std::vector<Entry> entries;
    const int first_z = grey_.flat() ? 0 : -1, last_z = grey_.flat() ? 0 : grey_.size[2];
    for (int k = first_z; k <= last_z; ++k)
      for (int j = -1; j <= grey_.size[1]; ++j)
        for (int i = -1; i <= grey_.size[0]; ++i)
          for (unsigned int axis = 0; axis < 3; ++axis)
          {
            const Index here = {i, j, k};
            if (here[axis] < (axis == 2 ? last_z : grey_.size[axis]))
              add_crossing(here, axis, entries);
          }
    tree_ = Tree(entries);
  }

  double distance(const Point &x) const
  {
    std::vector<Entry> nearest;
    const double z = grey_.flat() ? 0. : x[2];
    tree_.query(boost::geometry::index::nearest(TreePoint(x[0], x[1], z), 1),
                std::back_inserter(nearest));
    const auto &[at, number] = nearest.front();
    const Point r            = {x[0] - at.get<0>(), x[1] - at.get<1>(), z - at.get<2>()};
    const Point &normal      = normals_[number];
    const double height      = r[0] * normal[0] + r[1] * normal[1] + r[2] * normal[2];
    double square            = height * height;
    for (unsigned int axis = 0; axis < 3; ++axis)
    {
      const double along  = std::abs(r[axis] - height * normal[axis]);
      const double beyond = std::max(0., along - 0.5 * grey_.spacing[axis]);
      square += beyond * beyond;
    }
    return grey_(x) < threshold_ ? -std::sqrt(square) : std::sqrt(square);
  }

  // A surface crosses as many lines along each axis as its projection has pixels; of one in any
  // direction the sum of projections is about one and a half times its area.
  double area(const double depth) const
  {
    const double pixel =
      grey_.flat() ? std::sqrt(grey_.spacing[0] * grey_.spacing[1]) * (depth > 0 ? depth : 1) :
                     std::pow(grey_.spacing[0] * grey_.spacing[1] * grey_.spacing[2], 2. / 3.);
    return normals_.size() * pixel / 1.5;
  }

private:
  using TreePoint = boost::geometry::model::point<double, 3, boost::geometry::cs::cartesian>;
  using Entry     = std::pair<TreePoint, std::size_t>;
  using Tree      = boost::geometry::index::rtree<Entry, boost::geometry::index::linear<16>>;

  // Between a pixel and its neighbour, if the surface passes there.
  void add_crossing(const Index &here, const unsigned int axis, std::vector<Entry> &entries)
  {
    Index next = here;
    ++next[axis];
    const double from = grey_.pixel(here), to = grey_.pixel(next);
    if ((from < threshold_) == (to < threshold_))
      return;
    Point x = grey_.centre(here);
    x[axis] += (threshold_ - from) / (to - from) * grey_.spacing[axis];
    Point normal  = {};
    double square = 0;
    for (unsigned int a = 0; a < (grey_.flat() ? 2 : 3); ++a)
    {
      Point before = x, after = x;
      before[a] -= 0.5 * grey_.spacing[a];
      after[a] += 0.5 * grey_.spacing[a];
      normal[a] = (a == axis ? to - from : grey_(after) - grey_(before)) / grey_.spacing[a];
      square += normal[a] * normal[a];
    }
    for (double &component : normal)
      component /= std::sqrt(square);
    entries.emplace_back(TreePoint(x[0], x[1], grey_.flat() ? 0. : x[2]), normals_.size());
    normals_.push_back(normal);
  }

  GreyField grey_;
  double threshold_;
  std::vector<Point> normals_;
  Tree tree_;
};
} // namespace


ImageVoids voids_of_image(const VoidImage &image)
{
  const auto surface = std::make_shared<const ImageSurface>(image);
  return {[surface](const double x, const double y, const double z) {
            return surface->distance({x, y, z});
          },
          surface->area(image.depth)};
}
} // namespace kavity
