import { type TagRow, tagEntities } from '../tag.ts';

/** The relative luminance of a colour #rrggbb, 0 to 1, as WCAG 2.2 defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever has the higher contrast to the background (the two are even at 0.179). */
export const fontColor = (background: string): string => (luminance(background) > 0.179 ? '#000000' : '#ffffff');

export const presentCreatedTag = (row: TagRow) => ({
  title: row.title,
  salon_id: row.locationId,
  color: row.color,
  entity: row.entity,
  id: row.id,
});

export const presentTag = (row: TagRow) => ({
  ...presentCreatedTag(row),
  icon: row.icon,
  slug: '',
  deleted: 0,
  not_editable: Number(row.isLocked),
  font_color: fontColor(row.color),
});

/** A tag as a resource of V2. */
export const presentTagResource = (row: TagRow) => ({
  type: 'tag',
  id: String(row.id),
  attributes: {
    company_id: row.locationId,
    title: row.title,
    color: row.color,
    font_color: fontColor(row.color),
    icon: row.icon,
    entity_type: tagEntities[row.entity],
    is_deleted: false,
    is_editable: !row.isLocked,
    salon_id: row.locationId,
    entity: row.entity,
    entity_slug: tagEntities[row.entity],
    deleted: 0,
    not_editable: Number(row.isLocked),
  },
});
