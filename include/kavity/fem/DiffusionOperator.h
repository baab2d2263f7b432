#ifndef kavity_fem_DiffusionOperator_h
#define kavity_fem_DiffusionOperator_h

#include "kavity/fem/BodyOperator.h"

namespace kavity
{
/// The symmetric scalar operator int k K grad u . grad v + int m u v + int_Gamma r u v. Serves the
/// potential (K conductivity, r from Butler-Volmer), the vacancies (m sinks, r exchange with voids)
/// and weighted mass matrices (K = 0).
template <int dim, typename Number>
class DiffusionOperator : public BodyOperator<dim, 1, Number>
{
public:
  using Base = BodyOperator<dim, 1, Number>;
  using Base::plain;
  using typename Base::Cell;
  using typename Base::Face;
  using typename Base::Lanes;
  using typename Base::VectorType;

  /// Set up on the finest mesh of a field, for residuals (add_plain) as well as for solves.
  void reinit(const Field<dim> &, const Field<dim> &coefficient);
  /// Set up on one multigrid level.
  void reinit_level(const Field<dim> &, const Field<dim> &coefficient, unsigned int level);

  void set_conductivity(const dealii::Tensor<2, dim> &);
  /// m and r given at quadrature points (empty tables: the term is absent)
  void set_mass(PointData<Number> mass);
  void set_robin(PointData<Number> robin);
  /// k, m and r interpolated from nodal values on the coefficient space
  void set_conductivity_factor_from(const VectorType &nodal);
  void set_mass_from(const VectorType &nodal);
  void set_robin_from(const VectorType &nodal);

  /// dst += (A without the term on Gamma) src, src taken with its boundary values and dst complete
  /// with the reactions at essential conditions. Vectors by initialize_plain_vector().
  void add_plain(VectorType &dst, const VectorType &src) const;

  void initialize_plain_vector(VectorType &) const;

private:
  void cell_term(Cell &, unsigned int batch) const override;
  void face_term(Face &, unsigned int batch) const override;
  bool acts_on_interface() const override
  {
    return !robin_.empty();
  }

  bool diffusion_ = false;
  dealii::Tensor<2, dim, Lanes> conductivity_;
  PointData<Number> factor_, mass_, robin_;
};
} // namespace kavity

#endif
