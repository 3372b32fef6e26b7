import type { Frame, Page } from 'playwright-core';
import type { CheckoutSight } from '../../../core/card/ports.ts';
import type { FieldKind } from './field.ts';
import { type FormField, scanFields } from './field-scan.ts';
import { isTrustedFrame } from './frame-trust.ts';

/** The card form of a page: one field of each kind, and how they are embedded. */
export type Surface = {
  readonly form: NonNullable<CheckoutSight['form']>;
  readonly fields: ReadonlyMap<FieldKind, FormField>;
};

/** Shopify's frames name their field, and hold others that only the browser's own autofill sees. */
const NAMED_FRAME = /^card-fields-(number|expiry|verification_value|name)-/;
const FRAME_KINDS: Readonly<Record<string, FieldKind>> = {
  number: 'number',
  expiry: 'expiry',
  verification_value: 'code',
  name: 'holder',
};

/** Finds the card form in a page and in the frames that may hold one. Null for none, and for more than one. */
export async function findSurface(page: Page, admittedOrigins: readonly string[]): Promise<Surface | null> {
  const top = await scanFields(page.mainFrame());
  const frames = await trustedFrames(page, admittedOrigins);
  const embedded = (await Promise.all(frames.map(scanFrame))).flat();
  const isPlain = top.some(({ kind }) => kind === 'number');
  const isEmbedded = embedded.some(({ kind }) => kind === 'number');
  if (isPlain && isEmbedded) return null;
  const fields = uniqueFields(isPlain ? top : [...embedded, ...withoutThose(top, embedded)]);
  if (fields === null) return null;
  const hasExpiry = fields.has('expiry') || (fields.has('month') && fields.has('year'));
  if (!fields.has('number') || !hasExpiry) return null;
  if (isPlain) return { form: 'plain', fields };
  const used = new Set(Array.from(fields.values(), ({ frame }) => frame));
  used.delete(page.mainFrame());
  return { form: used.size === 1 ? 'one_frame' : 'field_frames', fields };
}

async function scanFrame(frame: Frame): Promise<readonly FormField[]> {
  const fields = await scanFields(frame);
  const only = FRAME_KINDS[NAMED_FRAME.exec(frame.name())?.[1] ?? ''];
  return only === undefined ? fields : fields.filter(({ kind }) => kind === only);
}

/** One of each kind; null where a kind is there twice. */
function uniqueFields(fields: readonly FormField[]): ReadonlyMap<FieldKind, FormField> | null {
  const unique = new Map(fields.map((field) => [field.kind, field]));
  return unique.size === fields.length ? unique : null;
}

function withoutThose(fields: readonly FormField[], others: readonly FormField[]): readonly FormField[] {
  return fields.filter(({ kind }) => others.every((other) => other.kind !== kind));
}

/** The frames that are visible and may hold a card form. What others hold is not looked at. */
async function trustedFrames(page: Page, admittedOrigins: readonly string[]): Promise<readonly Frame[]> {
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  const trusted = frames.filter((frame) =>
    isTrustedFrame({ pageUrl: page.url(), frameUrls: urlsOf(frame) }, admittedOrigins),
  );
  const visible = await Promise.all(trusted.map(isShown));
  return trusted.filter((_, i) => visible[i]);
}

/** The URLs of a frame and of those it is in, without the page's. */
function urlsOf(frame: Frame): readonly string[] {
  const parent = frame.parentFrame();
  return parent === null ? [] : [frame.url(), ...urlsOf(parent)];
}

async function isShown(frame: Frame): Promise<boolean> {
  if (frame.parentFrame() === null) return true;
  try {
    const element = await frame.frameElement();
    const [isVisible, box] = await Promise.all([element.isVisible(), element.boundingBox()]);
    if (!isVisible || box === null || box.width < 10 || box.height < 10) return false;
    const parent = frame.parentFrame();
    return parent === null || (await isShown(parent));
  } catch {
    return false;
  }
}
