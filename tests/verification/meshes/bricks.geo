// The same of bricks. gmsh -3 bricks.geo
Point(1) = {0, 0, 0}; Point(2) = {1, 0, 0}; Point(3) = {1, 0.8, 0}; Point(4) = {0, 0.8, 0};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
Transfinite Curve {1, 3} = 5; Transfinite Curve {2, 4} = 4;
Transfinite Surface {1}; Recombine Surface {1};
up[] = Extrude {0, 0, 0.4} { Surface{1}; Layers{2}; Recombine; };
down[] = Extrude {0, 0, -0.6} { Surface{1}; Layers{3}; Recombine; };
Physical Volume("metal") = {up[1]};
Physical Volume("electrolyte") = {down[1]};
Physical Surface("platen") = {up[0]};
Physical Surface("counter") = {down[0]};
Physical Surface("sides") = {up[2], up[3], up[4], up[5], down[2], down[3], down[4], down[5]};
