import Type, { type TSchema } from 'typebox';
import { partnerOrUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { named } from '../../../api/schema.ts';
import texts from '../data/i18n.en-US.json' with { type: 'json' };
import { bookingFormTexts, type LanguageCode } from '../i18n.ts';

const ofTexts = (names: readonly string[]) => Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()])));

/** Forms of a word, which several texts have. */
const forms = [
  named('PluralForms', ofTexts(['1', '2', '3'])),
  named('NounCases', ofTexts(['nominative', 'genitive', 'plural-genitive'])),
  named('NounCasesWithAccusative', ofTexts(['nominative', 'genitive', 'accusative', 'plural-genitive'])),
];

const haveSameNames = (one: object, other: object) => Object.keys(one).sort().join() === Object.keys(other).sort().join();

interface Tree {
  [name: string]: string | Tree;
}

/** Every language has the texts of the English one: `i18n.test.ts`. */
const schemaOf = (tree: Tree): TSchema =>
  forms.find(({ properties }) => haveSameNames(properties, tree)) ??
  Type.Object(
    Object.fromEntries(
      Object.entries(tree).map(([name, text]) => [name, typeof text === 'string' ? Type.String() : schemaOf(text)]),
    ),
  );

export const getI18nOptions = operation({
  id: 'get_i18n_options',
  method: 'GET',
  path: '/i18n/{lang_code}',
  tag: 'Online Booking',
  summary: 'UI translation strings of the booking form',
  description: 'In English, Estonian, German, Latvian, Lithuanian or Ukrainian.',
  access: partnerOrUser(),
  params: Type.Object({
    lang_code: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'lang code',
      enum: ['lv-LV', 'en-US', 'ee-EE', 'lt-LT', 'de-DE', 'uk-UK'],
    }),
  }),
  success: answer(200, schemaOf(texts)),
  errors: [403, 404],
  handle: ({ params }) => bookingFormTexts(params.lang_code as LanguageCode),
});
