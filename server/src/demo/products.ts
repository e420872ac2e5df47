/** What the demo business sells and uses up. Units: 1 piece, 2 gram, 4 milliliter, 8 package. Prices are of New York, in dollars. */
interface DemoProduct {
  title: string;
  article: string;
  barcode: string;
  price: number;
  costPrice: number;
  saleUnit: number;
  writeOffUnit: number;
  /** Write-off units in one sale unit. */
  ratio: number;
  /** Sale units. */
  desired: number;
}

const bottle = (
  title: string,
  article: string,
  barcode: string,
  milliliters: number,
  price: number,
  costPrice: number,
): DemoProduct => ({ title, article, barcode, price, costPrice, saleUnit: 1, writeOffUnit: 4, ratio: milliliters, desired: 12 });

const jar = (title: string, article: string, barcode: string, grams: number, price: number, costPrice: number): DemoProduct => ({
  title,
  article,
  barcode,
  price,
  costPrice,
  saleUnit: 1,
  writeOffUnit: 2,
  ratio: grams,
  desired: 8,
});

const piece = (title: string, article: string, barcode: string, price: number, costPrice: number): DemoProduct => ({
  title,
  article,
  barcode,
  price,
  costPrice,
  saleUnit: 1,
  writeOffUnit: 1,
  ratio: 1,
  desired: 20,
});

/** The categories, and those directly below them. The last one is empty. */
export const demoProducts: { title: string; below: { title: string; products: DemoProduct[] }[] }[] = [
  {
    title: 'Hair care',
    below: [
      {
        title: 'Shampoo',
        products: [
          bottle('Argan shampoo', 'SH-ARG-250', '4006381333931', 250, 24.5, 9.8),
          bottle('Volume shampoo', 'SH-VOL-250', '4006381333948', 250, 22, 8.6),
          bottle('Silver shampoo', 'SH-SIL-200', '4006381333955', 200, 26, 10.4),
          bottle('Salon shampoo, refill', 'SH-REF-5L', '4006381333962', 5000, 95, 48),
        ],
      },
      {
        title: 'Conditioner',
        products: [
          bottle('Argan conditioner', 'CO-ARG-250', '4006381334013', 250, 26, 10.2),
          jar('Olive oil mask', 'CO-OLI-500', '4006381334020', 500, 38, 15.5),
          bottle('Leave-in spray', 'CO-LEA-150', '4006381334037', 150, 21, 7.9),
        ],
      },
      {
        title: 'Styling',
        products: [
          jar('Matte paste', 'ST-MAT-100', '4006381334112', 100, 19, 6.4),
          bottle('Sea salt spray', 'ST-SEA-200', '4006381334129', 200, 20, 7.1),
          bottle('Strong hair spray', 'ST-SPR-400', '4006381334136', 400, 18, 5.9),
        ],
      },
    ],
  },
  {
    title: 'Colour',
    below: [
      {
        title: 'Hair colour',
        products: [
          jar('Hair colour 6.0', 'CL-60', '4006381335010', 60, 14, 5.2),
          jar('Hair colour 7.3', 'CL-73', '4006381335027', 60, 14, 5.2),
          jar('Hair colour 9.1', 'CL-91', '4006381335034', 60, 14, 5.2),
        ],
      },
      {
        title: 'Developer and bleach',
        products: [
          bottle('Developer 6 %', 'DV-06-1L', '4006381335119', 1000, 18, 6.5),
          jar('Bleaching powder', 'BL-500', '4006381335126', 500, 32, 13),
        ],
      },
    ],
  },
  {
    title: 'Nails and skin',
    below: [
      {
        title: 'Nails',
        products: [
          bottle('Nail polish, coral', 'NP-COR', '4006381336017', 11, 12, 4.1),
          bottle('Nail polish, plum', 'NP-PLU', '4006381336024', 11, 12, 4.1),
          bottle('Cuticle oil', 'NO-CUT', '4006381336031', 10, 9, 2.8),
          piece('Nail file', 'NF-180', '4006381336048', 4, 0.9),
        ],
      },
      {
        title: 'Skin',
        products: [
          bottle('Massage oil', 'SK-MAS-500', '4006381336116', 500, 29, 11),
          jar('Beard balm', 'SK-BEA-60', '4006381336123', 60, 17, 5.6),
          piece('Sheet mask', 'SK-SHE', '4006381336130', 7, 2.2),
        ],
      },
    ],
  },
  { title: 'Gifts of the season', below: [] },
];
