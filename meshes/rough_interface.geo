// Potassium on a rough ceramic: one period and a half of a wave. Lengths in um.
// gmsh -2 rough_interface.geo
l = 20;  // wave length
A = 2;   // amplitude
L = 100; // thickness of the ceramic
H = 40;  // thickness of the metal
n = 48;  // points of the wave
fine = 0.8; far = 8;

For k In {0 : n}
  x = 1.5 * l * k / n;
  Point(1 + k) = {x, A * Cos(2 * Pi * x / l), 0, fine};
EndFor
w = 1.5 * l;
Point(101) = {0, -L, 0, far}; Point(102) = {w, -L, 0, far};
Point(103) = {0, H, 0, far};  Point(104) = {w, H, 0, far};
For k In {1 : n}
  Line(k) = {k, k + 1};
EndFor
Line(101) = {101, 102}; Line(102) = {102, n + 1}; Line(103) = {1, 101};
Line(104) = {n + 1, 104}; Line(105) = {104, 103}; Line(106) = {103, 1};
Curve Loop(1) = {101, 102, -n : -1, 103}; Plane Surface(1) = {1};
Curve Loop(2) = {1 : n, 104, 105, 106}; Plane Surface(2) = {2};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Mesh.Smoothing = 20;
Recombine Surface {1, 2};

Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Curve("interface") = {1 : n};
Physical Curve("counter") = {101};
Physical Curve("platen") = {105};
Physical Curve("sides") = {102, 103, 104, 106};
