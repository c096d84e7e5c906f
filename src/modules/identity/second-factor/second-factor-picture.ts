/** The link that an authenticator app takes, as a picture that its camera reads. */
import qrcode from 'qrcode-generator';

const MODULE_PIXELS = 4;
/** As ISO/IEC 18004 asks: four modules of nothing around it. */
const MARGIN_PIXELS = 4 * MODULE_PIXELS;

/** An SVG picture as a data URL, for the `src` of an image. */
export function pictureOf(uri: string): string {
  // The smallest size that holds it, of which 15 % may be unreadable.
  const code = qrcode(0, 'M');
  code.addData(uri);
  code.make();
  const svg = code.createSvgTag({ cellSize: MODULE_PIXELS, margin: MARGIN_PIXELS, scalable: true });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
