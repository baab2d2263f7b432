#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kavity/core/Dual.h"

using namespace kavity;

namespace
{
// A function for both number types.
template <class F>
void expect_derivative(const F &f, const std::vector<double> &points)
{
  for (const double x : points)
  {
    const Dual<double> result = f(Dual<double>{x, 1.});
    EXPECT_DOUBLE_EQ(result.value, f(x)) << "at " << x;
    // Fourth-order differences with h = 3e-4 x: truncation is below 1e-11 of f' for these functions
    // (x^4 times the fifth derivative up to 3e4 f'), round-off eps / h is 1e-12; ten times both.
    const double h = 3e-4 * std::max(1e-3, std::abs(x));
    const double difference =
      (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
    const double scale = std::max(std::abs(difference), std::abs(f(x) / x));
    EXPECT_NEAR(result.derivative, difference, 1e-10 * scale) << "at " << x;
  }
}
} // namespace


TEST(Dual, Arithmetic)
{
  expect_derivative([](const auto &x) { return +x + 2. - x * 3. + (4. - x) * x - (-x); },
                    {-2., 0.3, 5.});
  expect_derivative([](const auto &x) { return (x + 1.) / (x * x + 3.) + 2. / x - x / 7.; },
                    {-2., 0.3, 5.});
  expect_derivative([](const auto &x) { return 3. + x * 2. + (1. + x) * (2. * x) + (x - 5.); },
                    {-2., 0.3, 5.});
  expect_derivative(
    [](const auto &x)
    {
      auto sum = x;
      sum += x * x;
      sum *= x;
      sum -= 2. * x;
      sum /= x + 10.;
      return sum;
    },
    {-2., 0.3, 5.});
}


TEST(Dual, Functions)
{
  using std::asinh, std::cbrt, std::cosh, std::exp, std::log, std::pow, std::sinh, std::sqrt,
    std::tanh;
  const std::vector<double> positive = {0.2, 1., 3.}, any = {-1.5, 0.2, 2.};
  expect_derivative([](const auto &x) { return exp(-2. * x); }, any);
  expect_derivative([](const auto &x) { return log(3. * x); }, positive);
  expect_derivative([](const auto &x) { return cbrt(2. * x); }, any);
  expect_derivative([](const auto &x) { return sqrt(x + 1.); }, positive);
  expect_derivative([](const auto &x) { return pow(x, 6.6); }, positive);
  expect_derivative([](const auto &x) { return pow(x, -1.5); }, positive);
  expect_derivative([](const auto &x) { return pow(x, x * 2.); }, positive);
  expect_derivative([](const auto &x) { return sinh(x); }, any);
  expect_derivative([](const auto &x) { return cosh(x); }, any);
  expect_derivative([](const auto &x) { return asinh(4. * x); }, any);
  expect_derivative([](const auto &x) { return tanh(x * x); }, any);
}


TEST(Dual, SelectsBranches)
{
  using std::abs;
  using std::max;
  using std::min;
  const Dual<double> x{-2., 1.}, y{3., 5.};
  EXPECT_EQ(abs(x).value, 2.);
  EXPECT_EQ(abs(x).derivative, -1.);
  EXPECT_EQ(abs(y).derivative, 5.);
  EXPECT_EQ(max(x, y).derivative, 5.);
  EXPECT_EQ(min(x, y).derivative, 1.);
  EXPECT_EQ(max(y, x).derivative, 5.);
  EXPECT_EQ(max(x, 0.).value, 0.);
  EXPECT_EQ(max(x, 0.).derivative, 0.);
  EXPECT_EQ(min(x, 0.).derivative, 1.);
  EXPECT_TRUE(x < y && y > x && x <= y && y >= x);
  EXPECT_FALSE(y < x || y <= x);
}


TEST(Dual, ConstantsHaveNoDerivative)
{
  const Dual<double> constant = 4.;
  EXPECT_EQ(constant.derivative, 0.);
  EXPECT_EQ((constant * Dual<double>{2., 1.}).derivative, 4.);
}


TEST(Dual, PowerLawAtZeroStress)
{
  const Dual<double> rate = pow(Dual<double>{0., 1.}, 3.);
  EXPECT_EQ(rate.value, 0.);
  EXPECT_EQ(rate.derivative, 0.);
}


TEST(Dual, NestsForSecondDerivatives)
{
  using Second = Dual<Dual<double>>;
  const Second x{{0.7, 1.}, {1., 0.}};
  const Second result = exp(x) * sinh(x);
  // (e^x sinh x)'' = 2 e^(2x); a few round-offs
  EXPECT_NEAR(result.derivative.derivative, 2 * std::exp(1.4), 1e-14 * 2 * std::exp(1.4));
}
