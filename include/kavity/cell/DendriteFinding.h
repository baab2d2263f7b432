#ifndef kavity_cell_DendriteFinding_h
#define kavity_cell_DendriteFinding_h

#include <array>
#include <string>
#include <vector>

namespace kavity
{
/// What a dendrite criterion says of an electrode at a moment: of the point where its margin is
/// largest. SI.
struct DendriteFinding
{
  bool plated             = false; ///< somewhere; else nothing below has a meaning
  double margin           = -1;
  double stress_intensity = 0; ///< K_I, Pa sqrt(m)
  double pressure         = 0; ///< in the flaw, Pa
  double plating_current  = 0; ///< the largest per contact area on all of the electrode, A/m^2

  std::array<double, 2> place = {}; ///< x, z, m
  double current = 0, contact = 1;  ///< i there, A/m^2, and chi
  struct Number
  {
    std::string name, unit;
    double value;

    template <class Archive>
    void serialize(Archive &archive, unsigned int)
    {
      archive &name &unit &value;
    }
  };
  std::vector<Number> numbers; ///< what else the criterion took

  /// Whether it is nearer to failure; of two that are equal but for round-off, that at smaller x.
  bool worse_than(const DendriteFinding &other) const;

  /// Whether it is nearer to failure than that of an earlier moment by more than the relative error
  /// that the coupling of fields leaves, or the first to be critical.
  bool worse_than_earlier(const DendriteFinding &earlier, double coupling_tolerance) const;

  template <class Archive>
  void serialize(Archive &archive, unsigned int)
  {
    archive &plated &margin &stress_intensity &pressure &plating_current &place &current &contact
      &numbers;
  }
};
} // namespace kavity

#endif
