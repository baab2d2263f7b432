#ifndef kavity_core_Dual_h
#define kavity_core_Dual_h

#include <cmath>
#include <type_traits>

namespace kavity
{
/// Chooses @p if_true where a < b, else @p if_false. For other number types than floating point
/// (several points at once) an overload is found by argument-dependent lookup.
template <class N, class = std::enable_if_t<std::is_floating_point_v<N>>>
N select_if_less(const N &a, const N &b, const N &if_true, const N &if_false)
{
  return a < b ? if_true : if_false;
}

/// A number that carries its derivative with respect to one variable, so that no tangent of a law
/// is written by hand: f(Dual<N>{x, 1}).derivative is df/dx to round-off. N is double or any type
/// with arithmetic and the functions used (declared before this header, or found by
/// argument-dependent lookup); Dual<Dual<double>> gives second derivatives.
template <class N>
struct Dual
{
  N value{};
  N derivative{};

  Dual() = default;

  /// A constant, unless a derivative is given.
  Dual(const N &value, const N &derivative = N(0.))
    : value(value)
    , derivative(derivative)
  {
  }

  friend Dual operator+(const Dual &a)
  {
    return a;
  }
  friend Dual operator-(const Dual &a)
  {
    return {-a.value, -a.derivative};
  }

  friend Dual operator+(const Dual &a, const Dual &b)
  {
    return {a.value + b.value, a.derivative + b.derivative};
  }
  friend Dual operator+(const Dual &a, const N &b)
  {
    return {a.value + b, a.derivative};
  }
  friend Dual operator+(const N &a, const Dual &b)
  {
    return {a + b.value, b.derivative};
  }

  friend Dual operator-(const Dual &a, const Dual &b)
  {
    return {a.value - b.value, a.derivative - b.derivative};
  }
  friend Dual operator-(const Dual &a, const N &b)
  {
    return {a.value - b, a.derivative};
  }
  friend Dual operator-(const N &a, const Dual &b)
  {
    return {a - b.value, -b.derivative};
  }

  friend Dual operator*(const Dual &a, const Dual &b)
  {
    return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
  }
  friend Dual operator*(const Dual &a, const N &b)
  {
    return {a.value * b, a.derivative * b};
  }
  friend Dual operator*(const N &a, const Dual &b)
  {
    return {a * b.value, a * b.derivative};
  }

  friend Dual operator/(const Dual &a, const Dual &b)
  {
    const N quotient = a.value / b.value;
    return {quotient, (a.derivative - quotient * b.derivative) / b.value};
  }
  friend Dual operator/(const Dual &a, const N &b)
  {
    return {a.value / b, a.derivative / b};
  }
  friend Dual operator/(const N &a, const Dual &b)
  {
    const N quotient = a / b.value;
    return {quotient, -(quotient * b.derivative) / b.value};
  }

  Dual &operator+=(const Dual &b)
  {
    return *this = *this + b;
  }
  Dual &operator-=(const Dual &b)
  {
    return *this = *this - b;
  }
  Dual &operator*=(const Dual &b)
  {
    return *this = *this * b;
  }
  Dual &operator/=(const Dual &b)
  {
    return *this = *this / b;
  }

  /// Comparisons look at the values alone.
  friend bool operator<(const Dual &a, const Dual &b)
  {
    return a.value < b.value;
  }
  friend bool operator>(const Dual &a, const Dual &b)
  {
    return a.value > b.value;
  }
  friend bool operator<=(const Dual &a, const Dual &b)
  {
    return a.value <= b.value;
  }
  friend bool operator>=(const Dual &a, const Dual &b)
  {
    return a.value >= b.value;
  }
};

template <class N>
Dual<N> select_if_less(const Dual<N> &a, const Dual<N> &b, const Dual<N> &if_true,
                       const Dual<N> &if_false)
{
  return {select_if_less(a.value, b.value, if_true.value, if_false.value),
          select_if_less(a.value, b.value, if_true.derivative, if_false.derivative)};
}

template <class N>
Dual<N> exp(const Dual<N> &x)
{
  using std::exp;
  const N e = exp(x.value);
  return {e, e * x.derivative};
}

template <class N>
Dual<N> log(const Dual<N> &x)
{
  using std::log;
  return {log(x.value), x.derivative / x.value};
}

template <class N>
Dual<N> sqrt(const Dual<N> &x)
{
  using std::sqrt;
  const N root = sqrt(x.value);
  return {root, x.derivative / (N(2.) * root)};
}

template <class N>
Dual<N> cbrt(const Dual<N> &x)
{
  using std::cbrt;
  const N root = cbrt(x.value);
  return {root, x.derivative / (N(3.) * root * root)};
}

/// x to a constant power. At x = 0 the derivative is that of the power law (0 for exponent > 1).
template <class N>
Dual<N> pow(const Dual<N> &x, const double exponent)
{
  using std::pow;
  return {N(pow(x.value, exponent)), N(exponent) * pow(x.value, exponent - 1.) * x.derivative};
}

/// x > 0 to a power that varies itself.
template <class N>
Dual<N> pow(const Dual<N> &x, const Dual<N> &exponent)
{
  return exp(exponent * log(x));
}

template <class N>
Dual<N> sinh(const Dual<N> &x)
{
  using std::cosh;
  using std::sinh;
  return {sinh(x.value), cosh(x.value) * x.derivative};
}

template <class N>
Dual<N> cosh(const Dual<N> &x)
{
  using std::cosh;
  using std::sinh;
  return {cosh(x.value), sinh(x.value) * x.derivative};
}

template <class N>
Dual<N> asinh(const Dual<N> &x)
{
  using std::asinh;
  using std::sqrt;
  return {asinh(x.value), x.derivative / sqrt(N(1.) + x.value * x.value)};
}

template <class N>
Dual<N> tanh(const Dual<N> &x)
{
  using std::tanh;
  const N t = tanh(x.value);
  return {t, (N(1.) - t * t) * x.derivative};
}

/// |x|; at x = 0 the derivative from above.
template <class N>
Dual<N> abs(const Dual<N> &x)
{
  return select_if_less(x, Dual<N>(N(0.)), -x, x);
}

/// The larger; where they are equal, the first.
template <class N>
Dual<N> max(const Dual<N> &a, const Dual<N> &b)
{
  return select_if_less(a, b, b, a);
}

/// The smaller; where they are equal, the first.
template <class N>
Dual<N> min(const Dual<N> &a, const Dual<N> &b)
{
  return select_if_less(b, a, b, a);
}

template <class N>
Dual<N> max(const Dual<N> &a, const std::common_type_t<N> &b)
{
  return max(a, Dual<N>(b));
}

template <class N>
Dual<N> min(const Dual<N> &a, const std::common_type_t<N> &b)
{
  return min(a, Dual<N>(b));
}
} // namespace kavity

#endif
