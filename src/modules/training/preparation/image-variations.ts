/** Variations of a small grey image: mirrored, turned, larger or smaller, moved. What comes from beyond the border is black. */

export interface Placement {
  /** Degrees, to the right. */
  readonly degrees: number;
  /** Above 1 is larger. */
  readonly factor: number;
}

export function mirrored(
  pixels: ArrayLike<number>,
  side: number,
  axis: { readonly horizontal: boolean; readonly vertical: boolean },
): Float32Array {
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [y, x] = [Math.floor(at / side), at % side];
    return pixels[(axis.vertical ? side - 1 - y : y) * side + (axis.horizontal ? side - 1 - x : x)]!;
  });
}

/** About its centre; each pixel is looked up where it came from, between four by their distance (bilinear). */
export function placed(
  pixels: ArrayLike<number>,
  side: number,
  { degrees, factor }: Placement,
): Float32Array {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const centre = (side - 1) / 2;
  const pixelAt = (y: number, x: number): number =>
    y >= 0 && y < side && x >= 0 && x < side ? pixels[y * side + x]! : 0;
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [dy, dx] = [(Math.floor(at / side) - centre) / factor, ((at % side) - centre) / factor];
    const [y, x] = [centre - sin * dx + cos * dy, centre + cos * dx + sin * dy];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - top, x - left];
    return (
      (1 - down) * ((1 - right) * pixelAt(top, left) + right * pixelAt(top, left + 1)) +
      down * ((1 - right) * pixelAt(top + 1, left) + right * pixelAt(top + 1, left + 1))
    );
  });
}

/** Moved by whole pixels: `right` and `down` may be negative. */
export function shifted(
  pixels: ArrayLike<number>,
  side: number,
  { right, down }: { readonly right: number; readonly down: number },
): Float32Array {
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [y, x] = [Math.floor(at / side) - down, (at % side) - right];
    return y >= 0 && y < side && x >= 0 && x < side ? pixels[y * side + x]! : 0;
  });
}
