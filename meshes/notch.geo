// A notch in the ceramic, filled with potassium, where dendrites begin: half of it, the plane of
// symmetry on the left. Lengths in um. gmsh -2 notch.geo
w = 60;   // half the distance to the next notch
L = 200;  // thickness of the ceramic
H = 40;   // thickness of the metal above the notch
d = 10;   // depth of the notch
b = 2;    // half its width
tip = 0.5; near = 1; far = 12;

Point(1) = {0, -L, 0, far};  Point(2) = {w, -L, 0, far};
Point(3) = {w, 0, 0, 4};     Point(4) = {b, 0, 0, near};
Point(5) = {b, -d, 0, tip};  Point(6) = {0, -d, 0, tip};
Point(7) = {w, H, 0, 8};     Point(8) = {0, H, 0, 8};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 6};
Line(6) = {6, 1}; Line(7) = {3, 7}; Line(8) = {7, 8}; Line(9) = {8, 6};
Curve Loop(1) = {1, 2, 3, 4, 5, 6};    Plane Surface(1) = {1};
Curve Loop(2) = {-3, 7, 8, 9, -5, -4}; Plane Surface(2) = {2};
Mesh.Algorithm = 6;
Mesh.RecombinationAlgorithm = 2; // nothing but quadrilaterals
Mesh.Smoothing = 20;
Recombine Surface {1, 2};

Physical Surface("electrolyte") = {1};
Physical Surface("metal") = {2};
Physical Curve("interface") = {3, 4, 5};
Physical Curve("counter") = {1};
Physical Curve("platen") = {8};
Physical Curve("sides") = {2, 6, 7, 9};
