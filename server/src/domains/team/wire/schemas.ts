import Type from 'typebox';

export const PositionTitle = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: '1 to 100 characters' });
