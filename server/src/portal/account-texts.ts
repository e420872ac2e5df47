import type { Role } from '../domains/access/permissions.ts';
import type { PageLanguage } from './link-texts.ts';

/** What the pages say to people who join or have lost a password. `{…}` are filled by the page. */
export interface AccountTexts {
  join: string;
  joinAbout: string;
  newPassword: string;
  atLeast: string;
  openInvitation: string;
  name: string;
  welcome: string;
  lost: string;
  lostAbout: string;
  weSend: string;
  login: string;
  sendLink: string;
  haveCode: string;
  setPassword: string;
  /** `{location}`, `{contact}` and `{role}` */
  invites: string;
  joined: string;
  sent: string;
  changed: string;
  gone: string;
  roles: Record<Role, string>;
}

export const accountTexts = {
  en: {
    join: 'Join',
    joinAbout: 'Accept an invitation to a location',
    newPassword: 'New password',
    atLeast: 'At least 8 characters.',
    openInvitation: 'Open the invitation',
    name: 'Your name',
    welcome: 'Welcome',
    lost: 'Lost password',
    lostAbout: 'Choose a new password',
    weSend: 'We send you a link to choose a new password.',
    login: 'E-mail, phone or login name',
    sendLink: 'Send the link',
    haveCode: 'I have a code',
    setPassword: 'Set the password',
    invites: '{location} invites you ({contact}) as: {role}.',
    joined: 'You are a user of the location now. You can sign in to it.',
    sent: 'If there is such an account, we have sent a link to its e-mail address or phone. It is good for an hour.',
    changed: 'The new password is set, and you are signed out everywhere. Sign in with it.',
    gone: 'The link is not valid any more. Ask for a new one.',
    roles: {
      worker: 'Team member',
      administrator: 'Receptionist',
      accountant: 'Accountant',
      manager: 'Manager',
      owner: 'Owner',
      free_readonly: 'Viewer',
      free_readonly_admin: 'System Manager',
    },
  },
  de: {
    join: 'Beitreten',
    joinAbout: 'Eine Einladung annehmen',
    newPassword: 'Neues Passwort',
    atLeast: 'Mindestens 8 Zeichen.',
    openInvitation: 'Einladung öffnen',
    name: 'Ihr Name',
    welcome: 'Willkommen',
    lost: 'Passwort vergessen',
    lostAbout: 'Ein neues Passwort wählen',
    weSend: 'Wir senden Ihnen einen Link, mit dem Sie ein neues Passwort wählen.',
    login: 'E-Mail, Telefonnummer oder Benutzername',
    sendLink: 'Link senden',
    haveCode: 'Ich habe einen Code',
    setPassword: 'Passwort setzen',
    invites: '{location} lädt Sie ein ({contact}), als: {role}.',
    joined: 'Sie gehören jetzt zu den Benutzern des Standorts und können sich dort anmelden.',
    sent: 'Wenn es dieses Konto gibt, haben wir einen Link an seine E-Mail-Adresse oder Telefonnummer gesendet. Er gilt eine Stunde.',
    changed: 'Das neue Passwort gilt, und Sie sind überall abgemeldet. Melden Sie sich damit an.',
    gone: 'Der Link gilt nicht mehr. Fordern Sie einen neuen an.',
    roles: {
      worker: 'Teammitglied',
      administrator: 'Empfang',
      accountant: 'Buchhaltung',
      manager: 'Leitung',
      owner: 'Inhaber',
      free_readonly: 'Nur Lesen',
      free_readonly_admin: 'Systemverwaltung',
    },
  },
  lv: {
    join: 'Pievienoties',
    joinAbout: 'Pieņemt ielūgumu',
    newPassword: 'Jaunā parole',
    atLeast: 'Vismaz 8 rakstzīmes.',
    openInvitation: 'Atvērt ielūgumu',
    name: 'Jūsu vārds',
    welcome: 'Laipni lūdzam',
    lost: 'Aizmirsta parole',
    lostAbout: 'Izvēlēties jaunu paroli',
    weSend: 'Mēs jums nosūtīsim saiti, ar kuru izvēlēties jaunu paroli.',
    login: 'E-pasts, tālrunis vai lietotājvārds',
    sendLink: 'Nosūtīt saiti',
    haveCode: 'Man ir kods',
    setPassword: 'Saglabāt paroli',
    invites: '{location} jūs ielūdz ({contact}). Loma: {role}.',
    joined: 'Tagad esat filiāles lietotājs un varat tajā pieteikties.',
    sent: 'Ja šāds konts pastāv, mēs nosūtījām saiti uz tā e-pastu vai tālruni. Tā ir derīga vienu stundu.',
    changed: 'Jaunā parole ir saglabāta, un jūs visur esat izrakstīts. Piesakieties ar to.',
    gone: 'Saite vairs nav derīga. Pieprasiet jaunu.',
    roles: {
      worker: 'Komandas loceklis',
      administrator: 'Administrators',
      accountant: 'Grāmatvedis',
      manager: 'Vadītājs',
      owner: 'Īpašnieks',
      free_readonly: 'Skatītājs',
      free_readonly_admin: 'Sistēmas pārvaldnieks',
    },
  },
  et: {
    join: 'Liitu',
    joinAbout: 'Võta kutse vastu',
    newPassword: 'Uus parool',
    atLeast: 'Vähemalt 8 märki.',
    openInvitation: 'Ava kutse',
    name: 'Teie nimi',
    welcome: 'Tere tulemast',
    lost: 'Unustatud parool',
    lostAbout: 'Vali uus parool',
    weSend: 'Saadame teile lingi uue parooli valimiseks.',
    login: 'E-post, telefon või kasutajanimi',
    sendLink: 'Saada link',
    haveCode: 'Mul on kood',
    setPassword: 'Salvesta parool',
    invites: '{location} kutsub teid ({contact}). Roll: {role}.',
    joined: 'Olete nüüd asukoha kasutaja ja saate sinna sisse logida.',
    sent: 'Kui selline konto on olemas, saatsime lingi selle e-posti aadressile või telefonile. See kehtib ühe tunni.',
    changed: 'Uus parool on salvestatud ja olete kõikjalt välja logitud. Logige sellega sisse.',
    gone: 'Link enam ei kehti. Küsige uus.',
    roles: {
      worker: 'Meeskonna liige',
      administrator: 'Administraator',
      accountant: 'Raamatupidaja',
      manager: 'Juhataja',
      owner: 'Omanik',
      free_readonly: 'Vaataja',
      free_readonly_admin: 'Süsteemihaldur',
    },
  },
  lt: {
    join: 'Prisijungti prie komandos',
    joinAbout: 'Priimti kvietimą',
    newPassword: 'Naujas slaptažodis',
    atLeast: 'Ne mažiau kaip 8 simboliai.',
    openInvitation: 'Atverti kvietimą',
    name: 'Jūsų vardas',
    welcome: 'Sveiki atvykę',
    lost: 'Pamirštas slaptažodis',
    lostAbout: 'Pasirinkti naują slaptažodį',
    weSend: 'Atsiųsime jums nuorodą naujam slaptažodžiui pasirinkti.',
    login: 'El. paštas, telefonas arba naudotojo vardas',
    sendLink: 'Siųsti nuorodą',
    haveCode: 'Turiu kodą',
    setPassword: 'Išsaugoti slaptažodį',
    invites: '{location} kviečia jus ({contact}). Vaidmuo: {role}.',
    joined: 'Dabar esate filialo naudotojas ir galite prie jo prisijungti.',
    sent: 'Jei tokia paskyra yra, išsiuntėme nuorodą jos el. pašto adresu arba telefonu. Ji galioja valandą.',
    changed: 'Naujas slaptažodis išsaugotas, ir jūs visur atjungti. Prisijunkite su juo.',
    gone: 'Nuoroda nebegalioja. Paprašykite naujos.',
    roles: {
      worker: 'Komandos narys',
      administrator: 'Administratorius',
      accountant: 'Buhalteris',
      manager: 'Vadovas',
      owner: 'Savininkas',
      free_readonly: 'Stebėtojas',
      free_readonly_admin: 'Sistemos valdytojas',
    },
  },
  uk: {
    join: 'Приєднатися',
    joinAbout: 'Прийняти запрошення',
    newPassword: 'Новий пароль',
    atLeast: 'Щонайменше 8 символів.',
    openInvitation: 'Відкрити запрошення',
    name: "Ваше ім'я",
    welcome: 'Ласкаво просимо',
    lost: 'Забутий пароль',
    lostAbout: 'Вибрати новий пароль',
    weSend: 'Ми надішлемо вам посилання, щоб вибрати новий пароль.',
    login: 'E-mail, телефон або логін',
    sendLink: 'Надіслати посилання',
    haveCode: 'У мене є код',
    setPassword: 'Зберегти пароль',
    invites: '{location} запрошує вас ({contact}). Роль: {role}.',
    joined: 'Тепер ви користувач філії та можете увійти до неї.',
    sent: 'Якщо такий обліковий запис існує, ми надіслали посилання на його e-mail або телефон. Воно дійсне годину.',
    changed: 'Новий пароль збережено, і ви вийшли з усіх пристроїв. Увійдіть із ним.',
    gone: 'Посилання більше не дійсне. Попросіть нове.',
    roles: {
      worker: 'Член команди',
      administrator: 'Адміністратор',
      accountant: 'Бухгалтер',
      manager: 'Менеджер',
      owner: 'Власник',
      free_readonly: 'Спостерігач',
      free_readonly_admin: 'Системний менеджер',
    },
  },
} as const satisfies Record<PageLanguage, AccountTexts>;
