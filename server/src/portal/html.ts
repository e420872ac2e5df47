/** Text that is HTML already. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for HTML and for quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] as string);

/** Writes HTML: every value that is not HTML itself is escaped; lists are joined; nothing is written for `false` and undefined. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(strings.map((part, index) => part + (index < values.length ? write(values[index]) : '')).join(''));
}

function write(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(write).join('');
  return value === undefined || value === null || value === false ? '' : escapeHtml(String(value));
}

/** A line of a description: `code` is the only mark-up the declarations use. */
export const inline = (text: string): Html => new Html(escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>'));

/** A description of several paragraphs. */
export const prose = (text: string): Html => html`${text.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;

/** JSON for a `<script type="application/json">`, which must not end early. */
export const embeddedJson = (value: unknown): Html => new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
