/**
 * The passwords that everybody tries first, of 8 characters and more (ASVS 6.2.4). The list is our own: words that people take,
 * with the endings that people add, and what fingers type along the keys. Nothing of it was copied from a collection.
 */
const WORDS = (
  "password passwort passw0rd p@ssword p@ssw0rd admin administrator root letmein welcome willkommen iloveyou monkey dragon " +
  "sunshine princess football baseball basketball soccer hockey master hello hallo shadow superman batman spiderman pokemon " +
  "naruto starwars matrix michael jennifer jessica ashley daniel thomas andrew charlie jordan robert matthew joshua anthony " +
  "william nicole hannah amanda samantha stephanie victoria alexander maximilian michelle summer sommer winter autumn spring " +
  "herbst january february march april june july august september october november december monday friday sunday montag " +
  "freitag sonntag computer internet server freebsd openbsd netbsd linux ubuntu debian unix windows google facebook apple " +
  "samsung whatever trustno1 secret geheim schatz liebe freedom america berlin hamburg london paris chelsea arsenal liverpool " +
  "barcelona bayern ferrari porsche mercedes mustang corvette yamaha guitar cookie cheese chocolate banana orange coffee " +
  "pepper ginger silver golden diamond purple flower butterfly tiger eagle falcon panther killer hunter ranger soldier knight " +
  "wizard phoenix thunder blink182 metallica nirvana slipknot changeme default guest user test testing demo login access " +
  "qwerty qwertz azerty asdfgh zxcvbn 123456 1q2w3e 1qaz2wsx qazwsx abc123 a1b2c3 knasthorst knast jail jailer"
).split(" ");
const ENDINGS = (
  "|1|12|123|1234|12345|123456|1!|!|!!|123!|0|00|007|01|02|10|11|13|21|22|23|42|66|69|77|88|99|666|777|2000|2010|2015|2018|" +
  "2019|2020|2021|2022|2023|2024|2025|2026|2027"
).split("|");
const ALONG_THE_KEYS = (
  "12345678 123456789 1234567890 0123456789 87654321 987654321 9876543210 11223344 1122334455 12341234 123123123 123321123 " +
  "12344321 147258369 159753456 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 qwertyui qwertyuiop " +
  "qwertzui qwertzuiop asdfghjk asdfghjkl yxcvbnm, azertyui azertyuiop zxcvbnm1 qweasdzxc qwe123qwe asdfasdf asdf1234 " +
  "qwer1234 1234qwer abcd1234 1234abcd abcdefgh abcdefghi abcd12345 aa123456 a1234567 a12345678 qweqweqwe qazwsxedc zaq12wsx " +
  "zaq1zaq1 xsw23edc poiuytrewq lkjhgfdsa mnbvcxz1 iloveyou iloveyou2 ichliebedich trustno1 opensesame correcthorse " +
  "correcthorsebatterystaple correct-horse-battery-staple justdoit changeit letmeinn letmein1 nopassword mypassword " +
  "newpassword yourpassword thepassword password-1 passwordpassword rootroot adminadmin testtest useruser guestguest " +
  "1password 123password 12345a 123456a 1234567a 12345678a 123456789a a123456789 123456aa 0987654321 01234567 76543210 " +
  "31415926 314159265 27182818 20202020 12121212 13131313 10101010 69696969 101010101 147147147 147852369 741852963 " +
  "789456123 456789123 321654987 963852741 123654789 789789789 456456456 159159159 258258258 258369147"
).split(" ");
const REPEATED = [..."0123456789abcdefghijklmnopqrstuvwxyz."].flatMap((one) =>
  [8, 9, 10, 12].map((n) => one.repeat(n)),
);

let all: Set<string> | null = null;

/** The list itself, in lower case: some seven thousand. */
export function commonPasswords(): ReadonlySet<string> {
  if (all) return all;
  const made = WORDS.flatMap((word) => [...ENDINGS.map((ending) => word + ending), word + word]);
  all = new Set([...ALONG_THE_KEYS, ...REPEATED, ...made].filter((one) => one.length >= 8));
  return all;
}

/** Whether a password is one of those, in whatever case. */
export const isCommonPassword = (password: string): boolean => commonPasswords().has(password.toLowerCase());
