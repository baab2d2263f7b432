// Potassium on a ground ceramic: a groove and half of the land on either side. Lengths in um.
// gmsh -2 rough_interface.geo
w = 30;   // width of the cell
a = 8;    // half the land, left and right
b = 3;    // width of a flank
d = 3;    // depth of the groove
L = 100;  // thickness of the ceramic
H = 40;   // thickness of the metal
fine = 0.8; corner = 0.4; far = 8;

Point(1) = {0, 0, 0, fine};          Point(2) = {a, 0, 0, corner};
Point(3) = {a + b, -d, 0, corner};   Point(4) = {w - a - b, -d, 0, corner};
Point(5) = {w - a, 0, 0, corner};    Point(6) = {w, 0, 0, fine};
Point(7) = {0, -L, 0, far}; Point(8) = {w, -L, 0, far};
Point(9) = {0, H, 0, far};  Point(10) = {w, H, 0, far};
For k In {1 : 5}
  Line(k) = {k, k + 1};
EndFor
Line(6) = {7, 8}; Line(7) = {8, 6}; Line(8) = {1, 7};
Line(9) = {6, 10}; Line(10) = {10, 9}; Line(11) = {9, 1};
Curve Loop(1) = {6, 7, -5, -4, -3, -2, -1, 8}; Plane Surface(1) = {1};
Curve Loop(2) = {1 : 5, 9, 10, 11};            Plane Surface(2) = {2};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Mesh.Smoothing = 20;
Recombine Surface {1, 2};

Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Curve("interface") = {1 : 5};
Physical Curve("counter") = {6};
Physical Curve("platen") = {10};
Physical Curve("sides") = {7, 8, 9, 11};
