#include <udunits2.h>

#include <memory>
#include <stdexcept>

#include "kavity/core/Quantity.h"
#include "kavity/core/Unit.h"

namespace kavity
{
namespace
{
struct FreeSystem
{
  void operator()(ut_system *system) const
  {
    ut_free_system(system);
  }
};

struct FreeUnit
{
  void operator()(ut_unit *unit) const
  {
    ut_free(unit);
  }
};

using UnitPointer = std::unique_ptr<ut_unit, FreeUnit>;

ut_system *database()
{
  static std::unique_ptr<ut_system, FreeSystem> system = []
  {
    ut_set_error_message_handler(ut_ignore);
    ut_system *const read = ut_read_xml(nullptr);
    if (read == nullptr)
    {
      ut_status status;
      const char *const path = ut_get_path_xml(nullptr, &status);
      throw std::runtime_error(std::string("the units database of UDUNITS-2 cannot be read from ") +
                               (path ? path : "its default place") +
                               "; install it (Debian: libudunits2-data) or set UDUNITS2_XML_PATH");
    }
    return std::unique_ptr<ut_system, FreeSystem>(read);
  }();
  return system.get();
}

// Callbacks of ut_accept_visitor: they collect what a unit is made of in a Unit. UDUNITS itself
// would convert between reciprocals and lose the origin of a temperature in a product.

ut_status visit_basic(const ut_unit *unit, void *result)
{
  const char *const symbol = ut_get_symbol(unit, UT_ASCII);
  const char *const name   = symbol ? symbol : ut_get_name(unit, UT_ASCII);
  if (name == nullptr)
    return UT_BAD_ARG;
  ++static_cast<Unit *>(result)->dimension[name];
  return UT_SUCCESS;
}

ut_status visit_product(const ut_unit *, const int count, const ut_unit *const *basic_units,
                        const int *powers, void *result)
{
  for (int i = 0; i < count; ++i)
  {
    Unit basic;
    if (visit_basic(basic_units[i], &basic) != UT_SUCCESS)
      return UT_BAD_ARG;
    static_cast<Unit *>(result)->dimension[basic.dimension.begin()->first] += powers[i];
  }
  return UT_SUCCESS;
}

const ut_visitor &visitor();

ut_status visit_galilean(const ut_unit *, const double scale, const ut_unit *underlying,
                         const double origin, void *result)
{
  Unit inner;
  if (ut_accept_visitor(underlying, &visitor(), &inner) != UT_SUCCESS)
    return UT_BAD_ARG;
  // the number counts from `origin` in steps of `scale` underlying units
  Unit &unit     = *static_cast<Unit *>(result);
  unit.dimension = inner.dimension;
  unit.scale     = inner.scale * scale;
  unit.origin    = inner.scale * scale * origin + inner.origin;
  return UT_SUCCESS;
}

ut_status refuse_timestamp(const ut_unit *, const ut_unit *, double, void *)
{
  return UT_BAD_ARG;
}

ut_status refuse_logarithm(const ut_unit *, double, const ut_unit *, void *)
{
  return UT_BAD_ARG;
}

const ut_visitor &visitor()
{
  static const ut_visitor functions = {visit_basic, visit_product, visit_galilean, refuse_timestamp,
                                       refuse_logarithm};
  return functions;
}

bool ends_with(const std::string &name, const std::string &end)
{
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// The prefix of a unit that UDUNITS lacks, as a factor; throws for an unknown prefix.
double prefix_factor(const std::string &prefix)
{
  return prefix.empty() ? 1. : named_unit(prefix + "m").scale;
}
} // namespace


Unit named_unit(const std::string &name)
{
  if (name == "1")
    return {};

  const auto strip = [&name](const std::size_t n) { return name.substr(0, name.size() - n); };
  // UDUNITS has the electronvolt of 1986; this one is exact since 2019
  if (ends_with(name, "eV"))
  {
    Unit unit  = named_unit("J");
    unit.scale = 1.602176634e-19 * prefix_factor(strip(2));
    return unit;
  }
  // battery units, unknown to UDUNITS
  for (const std::string symbol : {"A", "W"})
    if (ends_with(name, symbol + "h"))
    {
      Unit unit = named_unit(strip(1));
      unit.scale *= 3600;
      ++unit.dimension["s"];
      if (unit.dimension["s"] == 0)
        unit.dimension.erase("s");
      return unit;
    }

  const UnitPointer parsed(ut_parse(database(), name.c_str(), UT_UTF8));
  Unit unit;
  if (!parsed || ut_accept_visitor(parsed.get(), &visitor(), &unit) != UT_SUCCESS)
    throw UnitError("'" + name + "' is not a unit");
  return unit;
}
} // namespace kavity
