/**
 * An image as numbers from 0 to 1: a PNG in base64, or the pixels themselves. A picture of another size is shrunk by the
 * mean of what each pixel covers, so that a drawing from a browser needs no preparation of its own.
 */
import { PNG } from 'pngjs';
import { type AppError, invalidInput } from '../../../kernel/errors';

export interface PixelPreparation {
  readonly format: 1;
  readonly kind: 'PIXELS';
  /** Name of the input with the image. */
  readonly input: string;
  /** Pixels a side. */
  readonly side: number;
  /** Numbers a row becomes: side × side. */
  readonly width: number;
}

const LARGEST_SIDE = 1024;
/** Of the pictures of one call together: a picture of one colour is a small file, and unpacking it takes as long as any. */
export const MOST_PIXELS = 16 * LARGEST_SIDE ** 2;
/** Without blanks at its end, which the first class takes too: a pattern that may try both is slow by the square. */
const BASE64 = /^(?:data:image\/png;base64,)?[A-Za-z0-9+/\s]+={0,2}$/;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_BYTES = 24;

export function encodePixels(pixels: Float32Array, target: Float32Array, offset: number): void {
  target.set(pixels, offset);
}

/** The pixels of an image, or what is wrong with it. */
export function pixelsOf(
  { side, width }: Pick<PixelPreparation, 'side' | 'width'>,
  image: unknown,
  path: readonly string[],
): Float32Array | AppError {
  if (Array.isArray(image)) return givenPixels(image, width, side, path);
  if (typeof image !== 'string') {
    const message = `An image is a PNG in base64, or a list of ${width} numbers from 0 to 1 (${side} × ${side}, row by row).`;
    return invalidInput(path, message, 'image');
  }
  if (!BASE64.test(image.trimEnd()))
    return invalidInput(path, 'The image is no base64. Send a PNG in base64.', 'base64');
  const bytes = bytesOf(image);
  const size = sizeOf(bytes);
  if (!size) return invalidInput(path, 'The bytes are no PNG. Send a PNG in base64.', 'png');
  if (size.width > LARGEST_SIDE || size.height > LARGEST_SIDE) {
    const message = `The image has ${size.width} × ${size.height} pixels; at most ${LARGEST_SIDE} × ${LARGEST_SIDE} are read.`;
    return invalidInput(path, message, 'size');
  }
  try {
    return shrunk(PNG.sync.read(bytes), side);
  } catch {
    return invalidInput(path, 'The PNG is damaged. Send it again.', 'png');
  }
}

/** What a picture will be unpacked to, by its header alone; 0 for what will not be. */
export function claimedPixels(image: unknown): number {
  if (typeof image !== 'string') return 0;
  const { width, height } = sizeOf(bytesOf(image)) ?? { width: 0, height: 0 };
  return width > LARGEST_SIDE || height > LARGEST_SIDE ? 0 : width * height;
}

function bytesOf(image: string): Buffer {
  return Buffer.from(image.replace(/^data:image\/png;base64,/, ''), 'base64');
}

function givenPixels(
  image: readonly unknown[],
  width: number,
  side: number,
  path: readonly string[],
): Float32Array | AppError {
  if (image.length !== width) {
    const message = `An image has ${width} pixels (${side} × ${side}, row by row); this one has ${image.length}.`;
    return invalidInput(path, message, 'length');
  }
  const wrong = image.findIndex((pixel) => typeof pixel !== 'number' || !(pixel >= 0 && pixel <= 1));
  if (wrong >= 0) return invalidInput([...path, String(wrong)], 'A pixel is a number from 0 to 1.', 'range');
  return Float32Array.from(image as number[]);
}

/** From the header alone, before anything is unpacked: a small file can claim to be a huge picture. */
function sizeOf(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** Grey (ITU-R BT.601) over black where it is transparent; each target pixel is the mean of what it covers. */
function shrunk(
  { width, height, data }: { width: number; height: number; data: Buffer },
  side: number,
): Float32Array {
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    const [top, bottom] = spanOf(row, side, height);
    const [left, right] = spanOf(column, side, width);
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const pixel = (y * width + x) * 4;
        const grey = 0.299 * data[pixel]! + 0.587 * data[pixel + 1]! + 0.114 * data[pixel + 2]!;
        sum += (grey / 255) * (data[pixel + 3]! / 255);
      }
    }
    return Math.min(1, sum / ((bottom - top) * (right - left)));
  });
}

/** The source pixels that one of `side` target pixels covers; at least one. */
function spanOf(index: number, side: number, size: number): [number, number] {
  const from = Math.floor((index * size) / side);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * size) / side))];
}
