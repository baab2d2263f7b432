#ifndef kavity_physics_FactorTable_h
#define kavity_physics_FactorTable_h

#include <functional>
#include <string>

namespace kavity
{
/// A table of factors (> 0, or >= 0 if they @p may_be_zero) over Gamma from the @p content of a
/// comma-separated file, called @p name in messages, with the columns x [um], z [um] (may be left
/// out: no variation along z), factor, as a function of x, z in metres. Either the nearest row, or
/// bilinear on the grid the rows must then form; constant beyond it. Throws std::runtime_error
/// saying what is wrong with the file and where.
std::function<double(double, double)>
factor_table(const std::string &name, const std::string &content, bool nearest, bool may_be_zero);
} // namespace kavity

#endif
