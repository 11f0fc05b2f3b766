/** What must never be on a terminal but by awsp's own hand. */
export const steersTerminal = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

const texts: Readonly<Record<string, string>> = {
  empty: '',
  'answers to questions': '\nawsp: planted\ny\ny\nprod\n',
  'a carriage return': 'x\rplanted',
  'CR LF': 'x\r\nplanted\r\n',
  'an Enter key and a Ctrl-C': 'x\r\u0003\u0004',
  'a colour': '\u001b[31mplanted\u001b[0m',
  'a cleared screen': '\u001b[2J\u001b[Hplanted',
  'a window title': '\u001b]0;planted\u0007',
  'a clipboard': '\u001b]52;c;cGxhbnRlZA==\u0007',
  'a terminal that is asked to type': '\u001b[6n\u001b[c\u001bP$q"p\u001b\\',
  'C1 controls': '\u009b31m\u009d0;planted\u009c\u0085',
  'a right-to-left override': '\u202e110987654321\u202c',
  'isolates and marks': '\u2066a\u2069\u200e\u200f\u061c',
  'zero-width characters': 'eu\u200b-west\u200d-1\u2060\ufeff',
  'a soft hyphen': 'pr\u00adod',
  'separators of lines and paragraphs': 'x\u2028awsp: planted\u2029planted',
  'tag characters': 'x\u{e0061}\u{e007f}',
  NUL: 'x\u0000planted',
  'a backspace': 'x\b\b\b\bplanted\u007f',
  'a lone surrogate': 'x\ud800planted',
  'a megabyte': 'A'.repeat(1_000_000),
  'ten thousand newlines': '\n'.repeat(10_000),
  'an option': '-rf',
  'a long option': '--help',
  'a command in a word': '$(touch planted)',
  'a command in backticks': '`touch planted`',
  'a quote and a command': "';touch planted;'",
  'a prototype': '__proto__',
  'a constructor': 'constructor',
  'a method of every object': 'hasOwnProperty',
  'a path upwards': '../../../../etc/passwd',
  'a section': 'x]\n[profile planted]\nregion = eu-west-1',
  'a script': 'javascript:alert(1)',
  'a file': 'file:///etc/passwd',
  'another server': 'http://planted.example/',
  'a password in an address': 'https://a:b@planted.example/',
  'a format': '%s%n%x{planted}',
  'letters that look like others': 'рrоd-１２３',
};

const others: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  zero: 0,
  'a negative number': -1,
  'a huge number': 1e300,
  'a list': ['planted', '\u001b[31m'],
  'an object': { toString: '\u001b[31mplanted' },
  'an empty object': {},
};

/** Texts that steer a terminal, a shell, a browser or a parser, by what they are. */
export const hostileTexts = Object.entries(texts);

/** The same, and what JSON has in the place of a text. */
export const hostileValues: readonly (readonly [string, unknown])[] = [...hostileTexts, ...Object.entries(others)];
