"""Makes jinja.json: small templates of ours, and what they give in jinja2 as transformers sets it up.

Made with transformers 5.23.0 and jinja2 3.1.6 on Python 3.11. Run from this folder: python make_jinja.py
"""
import datetime
import json

import transformers.utils.chat_template_utils as templates

MOMENT = 1753000000


class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(MOMENT, datetime.timezone.utc).replace(tzinfo=None)


templates.datetime = Fixed

EXPRESSIONS = """
1 + 2 * 3 - 4 // 3 | 7 % 3 | -7 % 3 | -7 // 2 | 2 ** 10 | 7 / 2 | 1.5 + 1 | 1e3 | 0.1 + 0.2 | 10 / 5 | -3 | 3 - -2
'a' ~ 1 ~ none ~ true | 'a' + 'b' | 'ab' * 3 | 3 * 'ab' | 'a' 'b' | [1, 2] + [3] | [1, 'x', none, true, 1.0] | {'a': 1, 'b': [2]} | (1, 2)[0]
1 < 2 < 3 | 1 < 2 > 3 | 'a' in 'cab' | 'x' not in 'cab' | 2 in [1, 2] | 'a' in {'a': 1} | 1 == 1.0 | 'a' == 'a' | true == 1 | none == none | 1 != 2
not true or true | not (true or true) | 1 and 0 | 0 or 'x' | '' or none | 'y' if true else 'n' | 'y' if false | 'y' if missing else 'n'
missing | missing is defined | missing is none | missing is not defined | x.y is defined | 'abc'.nothing is defined | {'a': 1}.b is defined
'abcdef'[1:3] | 'abcdef'[-2:] | 'abcdef'[::-1] | 'abcdef'[::2] | 'abc'[0] | [1, 2, 3, 4][1:] | [1, 2, 3][-1] | [1, 2, 3][::-1] | 'abc'[5:] | 'abc'[-9:2]
' a '.strip() ~ '|' | 'xxaxx'.strip('x') | ' a '.lstrip() ~ '|' | ' a '.rstrip() ~ '|' | 'a,b,c'.split(',') | 'a b  c'.split() | 'a,b,c'.split(',', 1)
'a,b,c'.rsplit(',', 1) | 'abc'.startswith('ab') | 'abc'.endswith('bc') | 'abc'.startswith(('x', 'a')) | 'aBc'.upper() | 'aBc'.lower() | 'a bc'.title()
'hello there'.capitalize() | 'aXbX'.replace('X', '-') | 'aXbX'.replace('X', '-', 1) | 'abcabc'.find('c') | 'abcabc'.rfind('c') | 'abcabc'.count('bc') | '-'.join(['a', 'b'])
'a\\nb\\n'.splitlines() | '12'.isdigit() | 'ab'.isalpha() | '{} and {}'.format(1, 'x') | '{0}{1}{0}'.format('a', 'b') | '{n}'.format(n=3) | 'abc'.removeprefix('a')
'<think>a</think>b'.split('</think>')[-1].lstrip('\\n') | 'a=b=c'.partition('=')|list | {'a': 1, 'b': 2}.items()|map('join', '=')|list | {'a': 1}.keys()|list | {'a': 1}.values()|list | {'a': 1}.get('b', 'z')
' a b '|trim ~ '|' | 'abc'|length | [1, 2]|count | 'ab'|upper | 'AB'|lower | 'ab cd'|title | 'ab'|capitalize | 'aba'|replace('a', 'x') | missing|default('d') | ''|default('d', true)
none|default('d') | [1, 2, 3]|join('-') | [1, 2, 3]|first | [1, 2, 3]|last | 'abc'|first | [3, 1, 2]|sort | [3, 1, 2]|sort(reverse=true) | ['b', 'A']|sort | [1, 1, 2]|unique|list
[1, 2, 3]|sum | [1, 5, 2]|max | [1, 5, 2]|min | 'abc'|list | 'abc'|reverse | [1, 2]|reverse|list | '42'|int + 1 | '3.9'|int | 'x'|int(7) | '2.5'|float | -3|abs | 2.567|round(1) | 2.5|round
[{'a': 1}, {'a': 2}]|map(attribute='a')|list | ['a', 'b']|map('upper')|list | [1, 2, 3]|select('odd')|list | [1, 2, 3]|reject('odd')|list | [0, 1]|select|list
[{'r': 'u', 'n': 1}, {'r': 's', 'n': 2}]|selectattr('r', 'equalto', 's')|list | [{'r': 'u'}, {}]|selectattr('r', 'defined')|list|length | [{'r': 'u'}]|rejectattr('r', 'eq', 'u')|list
{'b': 1, 'a': [1, 2.0, none, true, 'é"\\n']}|tojson | {'b': 1, 'a': {}}|tojson(indent=2) | [1, [2, []]]|tojson(indent=4) | 'a<b>&c'|tojson | {'b': 1, 'a': 2}|tojson(sort_keys=true) | 'é'|tojson(ensure_ascii=true)
{'b': 1, 'a': 2}|dictsort|map('first')|list | {'a': 1}|items|map('last')|list | 'a\\nb\\n\\nc'|indent | 'a\\nb'|indent(2, true) | 'a b c'|wordcount | [1, 2, 3, 4, 5]|batch(2)|list | 5|string ~ '!' | range(3)|list | range(1, 8, 3)|list
1 is odd | 2 is even | 4 is divisibleby 2 | 4 is divisibleby(3) | 'a' is string | 1 is number | 1 is string | [] is iterable | {} is mapping | [] is mapping | true is boolean | 1 is integer | 1.0 is float
none is none | 3 is eq 3 | 3 is gt(2) | 'a' is in ['a'] | 1 is sameas true | true is true | 'A' is upper | 'a' is lower | [] is sequence | range is callable | none is not none
strftime_now('%d %B %Y') | strftime_now('%Y-%m-%d %H:%M %b %a %j') | 'it\\'s' | ["it's", 'a"b', 'x\\\\y'] | 'tab\\there' | '\\u00e9\\x41' | 'quo"te' | namespace(a=1).a | dict(a=1, b='x') | [[1, 2], [3]]|map('length')|list
messages|length | messages[0].role | messages[-1]['content'] | messages[0]['missing'] is defined | (messages|last).role | messages[1:]|length | tools is none | tools is defined and tools | bos_token + 'x'
"""

TEMPLATES = [
    "{% for m in messages %}{{ loop.index }}/{{ loop.length }} {{ m.role }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{%- for m in messages -%}\n  {{- m.role -}}\n{%- endfor -%}\n\n tail \n",
    "  {% if true %}\n  a\n  {% endif %}\n  b\n",
    "x\n   {%+ if true %}y{% endif +%}\nz {#- c -#} w {# d #}\nv\n\n",
    "{% for m in messages if m.role == 'user' %}{{ loop.index0 }}{{ m.content }}{% else %}none{% endfor %}",
    "{% for i in [] %}x{% else %}empty{% endfor %}",
    "{% set ns = namespace(found=false, n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% if m.role == 'assistant' %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.found }} {{ ns.n }}",
    "{% set x = 1 %}{% for i in range(3) %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}",
    "{% set x %}  block {{ 1 + 1 }}{% endset %}[{{ x }}]{% set y | trim | upper %} abc {% endset %}[{{ y }}]",
    "{% macro greet(name, mark='!') %}Hello {{ name }}{{ mark }}{% endmacro %}{{ greet('A') }} {{ greet('B', mark='?') }} {{ greet(name='C') }}",
    "{% macro outer(n) %}{% if n > 0 %}{{ n }}{{ outer(n - 1) }}{% endif %}{% endmacro %}{{ outer(4) }}",
    "{% macro wrap() %}<{{ caller() }}>{% endmacro %}{% call wrap() %}in{% endcall %}",
    "{% for k, v in {'a': 1, 'b': 2}.items()|map('join', '=')|list %}{{ k }}={{ v }};{% endfor %}{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% filter upper %}abc {{ 'd' }}{% endfilter %}{% raw %}{{ not }} {% this %}{% endraw %}",
    "{% for row in [[1, [2]], [3]] recursive %}{% if row is iterable %}({{ loop(row) }}){% else %}{{ row }}{% endif %}{% endfor %}",
    "{% generation %}{{ messages[0].content }}{% endgeneration %}{% with z = 3, w = 4 %}{{ z + w }}{% endwith %}{{ z is defined }}",
    "{{ raise_exception('no such role') }}", "{{ missing.attribute }}", "{{ missing + 'a' }}", "{{ 'a' + 1 }}", "{{ nothing() }}", "{{ 1 < 'a' }}", "{{ 5 in 'a' }}",
    "{% if messages[0].role == 'system' %}{% set first = messages[0].content %}{% set rest = messages[1:] %}{% else %}{% set rest = messages %}{% endif %}{{ first }}|{% for m in rest %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns') }}{% endif %}{{ m.content | trim }}{% endfor %}",
    "{{ '<b>&' | e }}{{ \"'\" | escape }}{{ '\"' | e }}{{ 7 | e }}{{ none | e }}{{ missing | e }}{{ ['<'] | e }}",
    "{{ '<' | e | e }}{{ '<' | e | forceescape }}{{ '<' | safe | e }}{{ '<' | e | string | e }}{{ '<' | forceescape | forceescape }}",
    "{{ ('<' | e) ~ '>' ~ 1 }}{{ '>' ~ ('<' | e) }}{{ ('<' | e) + '&' }}{{ '&' + ('<' | safe) }}{{ ('<' | e) * 2 ~ '>' }}",
    "{{ ' <a ' | e | trim | e }}{{ '<a' | e | upper | e }}{{ '<A' | e | lower | e }}{{ ('<ab' | e)[1:] | e }}{{ '<a' | e | capitalize | e }}",
    "{{ '<a' | e | replace('a', '>') | e }}{{ ['<', '>' | e] | join('&') | e }}{{ '<' | e == '&lt;' }}{{ ('<' | e | length) }}{{ '<a b' | e | title | e }}",
    "{{ \"they're 3rd-rate (and <so> on) [x]{y} 'q' a_b\" | title }}{{ 'AB cD' | title }}{{ \"they're\".title() }}",
    "{% for m in messages %}{{ m.content | e }}{% endfor %}{% filter escape %}<{{ 'a' }}>{% endfilter %}{% set x %}<i>{% endset %}{{ x | e }}",
    "{{ loop is defined }}{% for a in 'xy' %}{% for b in 'pq' %}{{ loop.depth }}{{ a }}{{ b }}{{ loop.previtem }}{{ loop.cycle('!', '?') }} {% endfor %}{% endfor %}",
]

CONVERSATIONS = [
    [("user", "Hello"), ("assistant", " Hi {{ x }} "), ("user", "Bye")],
    [("system", "Be\nbrief."), ("user", "é 'q' \"r\"")],
]

if __name__ == "__main__":
    cases = []
    expressions = [part.strip() for line in EXPRESSIONS.strip().split("\n") for part in line.split(" | ")]
    for template in ["[{{ " + expression + " }}]" for expression in expressions] + TEMPLATES:
        for conversation in CONVERSATIONS if "messages" in template else CONVERSATIONS[:1]:
            messages = [{"role": role, "content": content} for role, content in conversation]
            try:
                text = templates.render_jinja_template([messages], chat_template=template, add_generation_prompt=False, bos_token="<s>")[0][0]
            except Exception as error:
                text = None
            cases.append({"template": template, "messages": messages, "text": text})
    with open("jinja.json", "w", encoding="utf-8") as file:
        json.dump(cases, file, ensure_ascii=False, indent=0)
