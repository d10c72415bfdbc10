"""Each house rule with an example it must pass and one it must refuse; and the code keeps them all."""

import pytest

from scripts.house_rules import ROOT, check, python_findings, template_findings

BAD_PYTHON = [
    ("zhibu/members/views.py", "def f():\n    Member.objects.create(name='x')\n", "ORM write .create()"),
    (
        "zhibu/members/summaries.py",
        "def f(rows):\n    Member.objects.filter(pk=1).update(stage='full')\n",
        "ORM write .update()",
    ),
    ("zhibu/members/forms.py", "def f(member):\n    member.save()\n", "ORM write .save()"),
    ("zhibu/members/tasks.py", "def f(member):\n    member.delete()\n", "ORM write .delete()"),
    (
        "zhibu/members/rules.py",
        "from datetime import date\nx = date.today()\n",
        "date.today() below the view",
    ),
    ("zhibu/members/querysets.py", "x = timezone.now()\n", "timezone.now() below the view"),
    ("zhibu/members/actions.py", "x = timezone.localdate()\n", "timezone.localdate() in an action"),
    ("zhibu/members/actions/entering.py", "x = date.today()\n", "date.today() in an action"),
    ("zhibu/members/views.py", "rows = Member.objects.all()\n", "objects.all() in a view"),
    ("zhibu/members/views.py", "row = Member.objects.get(pk=pk)\n", "objects.get() in a view"),
    (
        "zhibu/members/views/pages.py",
        "row = get_object_or_404(Member, pk=pk)\n",
        "get_object_or_404() on unscoped rows",
    ),
    ("zhibu/members/views.py", "messages.info(request, '已保存')\n", "Chinese outside gettext"),
    ("zhibu/members/forms.py", "label = '姓名'\n", "Chinese outside gettext"),
    ("zhibu/members/views.py", "from . import forms\n", "relative import"),
    ("zhibu/members/tests/test_x.py", "x = date(2026, 11, 5)\n", "literal date near today's"),
    ("tests/test_x.py", "x = {'on': '2027-01-05'}\n", "literal date near today's"),
    ("tests/access_matrix/dues.py", "x = 202611\n", "literal date near today's"),
    ("zhibu/members/views.py", "x = 1\n" * 401, "a file becomes a folder"),
    ("zhibu/members/views/lists.py", "def f():\n" + "    x = 1\n" * 40, "f() in a view has 41 lines"),
    ("zhibu/members/actions.py", "row.by = by.name[:40]\n", "by.name[…] cuts a text"),
]
GOOD_PYTHON = [
    ("zhibu/audit/views.py", "row = get_visible(AuditRecord.objects.all(), scope, 'audit.read', pk=1)\n"),
    ("zhibu/jobs/views.py", "job = get_object_or_404(Job.objects.owned_by(request.scope), pk=job_id)\n"),
    ("zhibu/jobs/actions/running.py", "on = timezone.localdate(job.started_at)\n"),
    ("zhibu/members/actions.py", "def f():\n    Member.objects.create(name='x')\n    at = timezone.now()\n"),
    ("zhibu/members/importers.py", "def f():\n    Member.objects.bulk_create([])\n"),
    ("zhibu/members/tests/test_views.py", "def f(m):\n    m.save()\n    x = '中文'\n"),
    (
        "zhibu/members/views.py",
        "on = timezone.localdate()\nrow = get_visible(Member.objects, scope, 'members.read', pk=1)\n",
    ),
    ("zhibu/members/views.py", "messages.info(request, gettext('已保存'))\n"),
    ("zhibu/members/forms.py", "label = gettext_lazy('姓名')\n"),
    ("zhibu/members/views.py", '"""中文说明。"""\n\n\ndef f():\n    """党员名册。"""\n'),
    ("zhibu/members/rules.py", "def f(on):\n    facts.update(stage='full')\n"),
    ("zhibu/members/tests/test_x.py", "x = date(2024, 2, 29)\ny = ago(3)\nz = 'document 2026-1'\n"),
    ("zhibu/members/tests/test_x.py", "pytestmark = pytest.mark.dated\nx = date(2026, 11, 5)\n"),
    ("zhibu/members/views.py", "x = 1\n" * 400),
    ("zhibu/members/views/lists.py", "def f():\n" + "    x = 1\n" * 39),
    ("zhibu/members/actions.py", "first = rows[:1]\n"),
]
BAD_TEMPLATES = [
    ('<p style="color: red">x</p>', "style="),
    ("<script>go()</script>", "<script>"),
    ('<button\n onclick="go()">x</button>', "event handler"),
    ("<style>p {}</style>", "<style> without nonce"),
    ("<p>党员</p>", "outside a translate tag"),
    ('<input placeholder="姓名">', "outside a translate tag"),
    ('{% if name == "支部" %}x{% endif %}', "does not translate"),
    ('{{ name|default:"无" }}', "does not translate"),
]
GOOD_TEMPLATES = [
    '<p>{% translate "党员" %}</p>',
    "{% blocktranslate count n=n %}{{ n }} 名党员{% plural %}{{ n }} 名党员{% endblocktranslate %}",
    "{# 说明 #}<!-- 说明 -->{% comment %}说明{% endcomment %}",
    '<script src="{% static "app.js" %}" defer></script>',
    '<style nonce="{{ csp_nonce }}">p {}</style>',
    '{% include "ui/empty.html" with title=_("没有党员") %}',
    '{{ name|default:_("无") }}',
    '<p data-on="x" class="on">x</p>',
]


@pytest.mark.parametrize(("path", "code", "message"), BAD_PYTHON)
def test_bad_code_is_found(path: str, code: str, message: str) -> None:
    assert any(message in text for _, text in python_findings(path, code))


@pytest.mark.parametrize(("path", "code"), GOOD_PYTHON)
def test_good_code_passes(path: str, code: str) -> None:
    assert list(python_findings(path, code)) == []


@pytest.mark.parametrize(("markup", "message"), BAD_TEMPLATES)
def test_bad_markup_is_found(markup: str, message: str) -> None:
    assert any(message in text for _, text in template_findings("x.html", markup))


@pytest.mark.parametrize("markup", GOOD_TEMPLATES)
def test_good_markup_passes(markup: str) -> None:
    assert list(template_findings("x.html", markup)) == []


def test_a_finding_names_its_line() -> None:
    assert list(template_findings("x.html", "<p>\n\n<b onclick='x'>")) == [
        (3, "inline event handler in a template")
    ]


def test_the_code_keeps_the_house_rules() -> None:
    assert [str(each) for each in check(ROOT)] == []
