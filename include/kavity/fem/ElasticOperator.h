#ifndef kavity_fem_ElasticOperator_h
#define kavity_fem_ElasticOperator_h

#include "kavity/fem/VelocityOperator.h"

namespace kavity
{
/// int 2 G e(u) : e(v) + lambda div u div v with constant moduli: the operator of linear
/// elasticity. e is the strain, of which strain_rate() makes a three-dimensional tensor.
template <int dim, typename Number>
class ElasticOperator : public BodyOperator<dim, dim, Number>
{
public:
  using Base = BodyOperator<dim, dim, Number>;
  using typename Base::Cell;
  using typename Base::Face;
  using typename Base::Lanes;
  using typename Base::VectorType;

  /// Set up on one multigrid level (the finest one included), `with_faces` to integrate over those
  /// of the boundary.
  void reinit_level(const Field<dim> &, unsigned int level, bool with_faces = false);
  /// G and lambda, in any unit.
  void set_moduli(double shear_modulus, double lambda);

private:
  void cell_term(Cell &, unsigned int batch) const override;
  void face_term(Face &, unsigned int) const override {}
  bool acts_on_interface() const override
  {
    return false;
  }

  Number shear_modulus_ = 0, lambda_ = 0;
};
} // namespace kavity

#endif
