// Reading CSV: positions, recovery after broken records, headers.
#include "clients/kefuctl/csv.h"

#include <gmock/gmock.h>

#include "clients/kefuctl/csv_table.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/test_files.h"

namespace kefu::kefuctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<CsvRecord> Records(const TestFolder& folder, std::string_view content,
                               char delimiter = ',') {
  const auto reader = CsvReader::Open(folder.Write("x.csv", content), delimiter);
  EXPECT_TRUE(reader.ok());
  std::vector<CsvRecord> records;
  CsvRecord record;
  for (;;) {
    const auto more = (*reader)->Next(&record);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) return records;
    records.push_back(record);
  }
}

TEST(CsvReader, KnowsWhereEachFieldBegins) {
  TestFolder folder;
  const auto records = Records(folder,
                               "\xEF\xBB\xBF"
                               "a,b\r\n\n\"one\ntwo, \"\"three\"\"\", x \nlast,");
  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[0].line, 1);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b"));
  EXPECT_EQ(records[1].line, 3);
  EXPECT_THAT(records[1].fields, ElementsAre("one\ntwo, \"three\"", " x "));
  EXPECT_THAT(records[1].lines, ElementsAre(3, 4));
  EXPECT_EQ(records[2].line, 5);
  EXPECT_THAT(records[2].fields, ElementsAre("last", ""));
}

TEST(CsvReader, GoesOnBehindAStrayQuote) {
  TestFolder folder;
  const auto records = Records(folder, "a,b\n1,2\"3\n4,5\n");
  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[1].problem_line, 2);
  EXPECT_EQ(records[1].problem_column, 2);
  EXPECT_NE(records[1].problem, "");
  EXPECT_THAT(records[1].fields, ElementsAre("1"));
  EXPECT_THAT(records[2].fields, ElementsAre("4", "5"));
  EXPECT_EQ(records[2].line, 3);
}

TEST(CsvReader, AnOpenQuoteLosesItsOwnLineOnly) {
  TestFolder folder;
  std::string content = "a,b\n1,\"open\n";
  for (int i = 0; i < 1000; ++i) content += "x,y\n";
  const auto records = Records(folder, content);
  ASSERT_EQ(records.size(), 1002);
  EXPECT_EQ(records[1].line, 2);
  EXPECT_EQ(records[1].problem_column, 2);
  EXPECT_EQ(records[1001].line, 1002);
  EXPECT_EQ(records[1001].problem, "");
}

TEST(CsvReader, AnOpenQuoteDoesNotSwallowALargeFile) {
  TestFolder folder;
  std::string content = "1,\"open\n";
  while (content.size() < 3 * kMaxRecordBytes) content += "xxxxxxxxxxxxxxxxxxxxxxxxxxxx,y\n";
  const auto records = Records(folder, content);
  EXPECT_EQ(records.size(), 1 + (content.size() - 8) / 31);
  EXPECT_NE(records[0].problem, "");
  EXPECT_EQ(records[1].problem, "");
}

TEST(CsvReader, RefusesLongLinesAlone) {
  TestFolder folder;
  const auto records = Records(folder, "a\n" + std::string(2 * kMaxRecordBytes, 'x') + "\nb\n");
  ASSERT_EQ(records.size(), 3);
  EXPECT_NE(records[1].problem, "");
  EXPECT_THAT(records[2].fields, ElementsAre("b"));
  EXPECT_EQ(records[2].line, 3);
}

TEST(CsvReader, RefusesWhatIsNoText) {
  TestFolder folder;
  const auto records = Records(folder, std::string("a,\xC4\xE3\nb,c\0d\ne,你\n", 17));
  ASSERT_EQ(records.size(), 3);
  EXPECT_EQ(records[0].problem_column, 2);
  EXPECT_NE(records[0].problem, "");
  EXPECT_NE(records[1].problem, "");
  EXPECT_EQ(records[2].problem, "");
}

TEST(CsvReader, ReadsTabs) {
  TestFolder folder;
  const auto records = Records(folder, "a\tb c\td,e\n", '\t');
  ASSERT_EQ(records.size(), 1);
  EXPECT_THAT(records[0].fields, ElementsAre("a", "b c", "d,e"));
}

TEST(CsvReader, SaysWhyAFileCannotBeOpened) {
  TestFolder folder;
  const auto absent = CsvReader::Open(folder.path() + "/none.csv", ',');
  EXPECT_TRUE(absl::IsInvalidArgument(absent.status()));
  EXPECT_THAT(std::string(absent.status().message()), HasSubstr("No such file"));
  const auto directory = CsvReader::Open(folder.path(), ',');
  EXPECT_THAT(std::string(directory.status().message()), HasSubstr("directory"));
}

constexpr ColumnSpec kColumns[] = {{"id", true}, {"time", true}, {"note"}};

std::string HeaderProblem(std::string_view content) {
  TestFolder folder;
  const auto table = CsvTable::Open(folder.Write("x.csv", content), ',', kColumns);
  return table.ok() ? "" : folder.Short(std::string(table.status().message()));
}

TEST(CsvTable, ChecksTheHeader) {
  EXPECT_EQ(HeaderProblem("time,id\n"), "");
  EXPECT_EQ(HeaderProblem("note,time,id\n"), "");
  EXPECT_THAT(HeaderProblem(""), HasSubstr("x.csv:1:1: "));
  EXPECT_THAT(HeaderProblem("id,id,when\n"), HasSubstr("x.csv:1:2: the column 'id'"));
  EXPECT_THAT(HeaderProblem("id,id,when\n"), HasSubstr("x.csv:1:3: the column 'when'"));
  EXPECT_THAT(HeaderProblem("id,id,when\n"), HasSubstr("x.csv:1:1: the column 'time'"));
  EXPECT_THAT(HeaderProblem("\"id\n"), HasSubstr("cannot be read"));
  EXPECT_THAT(HeaderProblem("\xFF\xFEi\n"), HasSubstr("UTF-8"));
}

TEST(CsvTable, FindsFieldsByNameAndRefusesShortRows) {
  TestFolder folder;
  Refusals refusals(folder);
  const auto table =
      CsvTable::Open(folder.Write("x.csv", "time,id\n9:00,a\nb\n10:00,c,d\n"), ',', kColumns);
  ASSERT_TRUE(table.ok());
  Row row;
  ASSERT_TRUE(*(*table)->Next(&row, refusals.errors));
  EXPECT_EQ(row.Get(0), "a");
  EXPECT_EQ(row.Get(1), "9:00");
  EXPECT_EQ(row.Get(2), "");
  EXPECT_EQ((*table)->Position(0), 2);
  ASSERT_TRUE(*(*table)->Next(&row, refusals.errors));
  EXPECT_TRUE(row.broken());
  ASSERT_TRUE(*(*table)->Next(&row, refusals.errors));
  EXPECT_TRUE(row.broken());
  EXPECT_FALSE(*(*table)->Next(&row, refusals.errors));
  EXPECT_THAT(refusals.lines, ElementsAre("x.csv:3:1: has 1 fields instead of 2",
                                          "x.csv:4:2: has 3 fields instead of 2"));
}

TEST(RowErrors, PrintsTheFirstAndWritesAll) {
  TestFolder folder;
  std::vector<std::string> printed;
  RowErrors errors([&](const std::string& line) { printed.push_back(line); }, 2);
  for (int i = 1; i <= 5; ++i) errors.Add("f.csv", i, 1, "wrong\x1b[31m");
  EXPECT_THAT(printed, ElementsAre("f.csv:1:1: wrong [31m", "f.csv:2:1: wrong [31m"));
  ASSERT_TRUE(errors.Finish().ok());
  EXPECT_THAT(printed.back(), HasSubstr("3 more"));

  RowErrors whole([](const std::string&) {}, 0);
  const std::string path = folder.path() + "/errors.txt";
  ASSERT_TRUE(whole.WriteTo(path).ok());
  for (int i = 1; i <= 5; ++i) whole.Add("f.csv", i, 1, "wrong");
  ASSERT_TRUE(whole.Finish().ok());
  std::ifstream file(path);
  EXPECT_EQ(std::count(std::istreambuf_iterator<char>(file), {}, '\n'), 5);
  EXPECT_TRUE(absl::IsInvalidArgument(whole.WriteTo(folder.path() + "/no/such/folder")));
}

}  // namespace
}  // namespace kefu::kefuctl
