// A cell with a wire in the ceramic as a reference electrode, which takes no current: between two
// electrodes of potassium. Lengths in um. gmsh -2 wire_reference.geo
w = 1500;  // width, between planes of symmetry
L = 1000;  // thickness of the ceramic
H = 100;   // thickness of each metal
r = 50;    // radius of the wire
y = -500;  // its height
fine = 12; far = 80;

Point(1) = {0, -L, 0, far};  Point(2) = {w, -L, 0, far};
Point(3) = {w, 0, 0, far};   Point(4) = {0, 0, 0, far};
Point(5) = {0, H, 0, far};   Point(6) = {w, H, 0, far};
Point(7) = {0, -L - H, 0, far}; Point(8) = {w, -L - H, 0, far};
Point(10) = {0, y, 0, fine}; // the wire lies on the plane of symmetry on the left
Point(11) = {0, y - r, 0, fine}; Point(12) = {r, y, 0, fine}; Point(13) = {0, y + r, 0, fine};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4};
Line(4) = {4, 13}; Circle(5) = {13, 10, 12}; Circle(6) = {12, 10, 11}; Line(7) = {11, 1};
Line(8) = {3, 6}; Line(9) = {6, 5}; Line(10) = {5, 4};
Line(11) = {1, 7}; Line(12) = {7, 8}; Line(13) = {8, 2};
Curve Loop(1) = {1, 2, 3, 4, 5, 6, 7}; Plane Surface(1) = {1};
Curve Loop(2) = {-3, 8, 9, 10};        Plane Surface(2) = {2};
Curve Loop(3) = {-1, 11, 12, 13};      Plane Surface(3) = {3};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Mesh.Smoothing = 20;
Recombine Surface {1, 2, 3};

Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Surface("metal_2") = {3};
Physical Curve("platen") = {9, 12};
Physical Curve("reference") = {5, 6};
Physical Curve("sides") = {2, 4, 7, 8, 10, 11, 13};
