import Type from 'typebox';
import { tagEntities } from '../tag.ts';

/** The fields of a tag that is written, for both generations. */
export const tagFields = {
  title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
  color: Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'background, #rrggbb', examples: ['#ff2828'] }),
  icon: Type.String({ maxLength: 50, description: 'icon name, e.g. star' }),
};

/** The entity of a tag, as a name or as an older number. */
export const tagEntityNames = [...tagEntities, '0', '1', '2', '3'];
