import { expect, test } from 'vitest';
import { spelled } from './spelling.ts';

test('a field is spelled as the operation says, and in snake case otherwise', () => {
  expect(spelled({ teamMemberId: ['is unknown'], priceMin: ['is too low'] }, { teamMemberId: 'staff_id' })).toEqual({
    staff_id: ['is unknown'],
    price_min: ['is too low'],
  });
});

test('so is a field that a message names', () => {
  const errors = { priceMax: ['must not be less than {priceMin}'], technicalBreak: ['must be shorter than {duration}'] };
  expect(spelled(errors, { duration: 'seance_length' })).toEqual({
    price_max: ['must not be less than price_min'],
    technical_break: ['must be shorter than seance_length'],
  });
});

test('positions and codes behind a dot stay', () => {
  const errors = { 'teamMembers.0.id': ['is named twice'], 'customFields.shoeSize': ['must be a number'] };
  expect(spelled(errors, { teamMembers: 'staff' })).toEqual({
    'staff.0.id': ['is named twice'],
    'custom_fields.shoeSize': ['must be a number'],
  });
});

test('a name of the wire stays, as handlers give it', () => {
  expect(spelled({ date_end: ['is wrong'], 'client.id': ['is unknown'] })).toEqual({
    date_end: ['is wrong'],
    'client.id': ['is unknown'],
  });
});
