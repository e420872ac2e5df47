import { migrateDatabase, openEmbedded } from './platform/database.ts';
import { makeTemplate } from './platform/template.ts';

await makeTemplate(async (directory) => {
  const database = await openEmbedded(directory);
  await migrateDatabase(database);
  await database.close();
});
