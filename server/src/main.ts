import { createRequire } from 'node:module';
import { Command } from 'commander';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

// Each command is loaded when it runs: the help and mistakes answer at once.
const program = new Command('foyer')
  .description('The back office of an appointment business as an open API server.')
  .version(version)
  .showHelpAfterError('(foyer --help lists the commands)');

program
  .command('demo')
  .description('start with a ready demo business and fixed credentials, for development and CI')
  .option('--reset', 'restore the demo business as it was at first')
  .option('--no-start', 'prepare the data and leave')
  .action(async (options) => (await import('./commands/demo.ts')).demo(options));

program
  .command('serve')
  .description('start for a business: no demo data, published rate limits')
  .action(async () => (await import('./commands/serve.ts')).serve());

program
  .command('migrate')
  .description('bring the database up to this build')
  .action(async () => (await import('./commands/migrate.ts')).migrate());

program
  .command('init')
  .description('make the first partner, chain, location and owner')
  .requiredOption('--location <title>', 'name of the location')
  .requiredOption('--city <city>', 'its city, which decides time zone and currency')
  .option('--country <country>', 'its country, when several have such a city')
  .option('--state <state>', 'its state, when several of a country have such a city')
  .option('--time-zone <zone>', 'its time zone, to tell cities apart; with --country, of a town that no dictionary has')
  .requiredOption('--email <email>', "the owner's e-mail, to sign in with")
  .requiredOption('--name <name>', "the owner's name")
  .option('--password <password>', "the owner's password; taken from FOYER_PASSWORD otherwise")
  .option('--partner <name>', 'name of the integration that gets the first partner token', 'First integration')
  .option('--example', 'with two team members, services, working hours and a booking form, ready to be booked')
  .action(async (options) => (await import('./commands/init.ts')).init(options));

const token = program.command('token').description('list, make and revoke access tokens');
token
  .command('list')
  .description('list all tokens; only their hashes are stored')
  .action(async () => (await import('./commands/token.ts')).listAllTokens());
token
  .command('create')
  .description('make a token and print it, once')
  .option('--partner <name>', 'for the integration of this name, made when there is none')
  .option('--all-locations', 'a new integration sees every location')
  .option('--location <id>', 'connects the integration to this location')
  .option('--user <login>', 'for the user with this e-mail or phone number')
  .action(async (options) => (await import('./commands/token.ts')).createToken(options));
token
  .command('revoke')
  .description('revoke a token')
  .argument('<kind>', 'partner or user')
  .argument('<id>', 'from foyer token list')
  .action(async (kind: string, id: string) => (await import('./commands/token.ts')).revoke(kind, id));

program
  .command('password')
  .description('set the password of a user and end all sessions of theirs')
  .argument('<login>', 'e-mail or phone number')
  .option('--password <password>', 'the new password; taken from FOYER_PASSWORD otherwise')
  .option('--location <id>', 'let in whom this location invited or hired by that e-mail or phone number')
  .action(async (login: string, options) => (await import('./commands/password.ts')).setPassword(login, options));

program.parseAsync().catch(async (error: unknown) => {
  const { explain } = await import('./commands/explain.ts');
  process.stderr.write(`foyer: ${explain(error)}\n`);
  process.exitCode = 1;
});
