#ifndef CHTML_H
#define CHTML_H
#endif
