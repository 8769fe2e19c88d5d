// The signs at a line's points: no two roles share one, for those who do not tell colours apart.

const round = (count, turn = 0, inner = 1) => Array.from({ length: count }, (_, i) => {
  const angle = turn + (2 * Math.PI * i) / count;
  const far = i % 2 ? inner : 1;
  return [far * Math.sin(angle), -far * Math.cos(angle)];
});
const SHAPES = {
  square: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
  diamond: round(4),
  "triangle-up": round(3),
  "triangle-down": round(3, Math.PI),
  pentagon: round(5),
  hexagon: round(6),
  star: round(10, 0, 0.45),
  circle: round(24),
};
const STROKES = { x: "M-.7-.7.7.7M.7-.7-.7.7", cross: "M0-.9V.9M-.9 0H.9" };

/** {d, open}: the path of a sign in a box from -1 to 1, and whether it is an outline alone. */
export function sign(marker) {
  const kind = marker.replace("-open", "");
  if (STROKES[kind]) return { d: STROKES[kind], open: true };
  return { d: `M${(SHAPES[kind] ?? SHAPES.circle).map((point) => point.map((value) => value.toFixed(2)).join(" ")).join("L")}Z`, open: marker !== kind };
}
